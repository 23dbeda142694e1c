using System.Text;

namespace Prickle.Rendering.Liquid;

/// <summary>A text that grows to its bound, and for JSON knows whether it ends within a string.</summary>
sealed class BoundedOutput(int longest, bool isJson) : TextWriter
{
    readonly StringBuilder _text = new();
    bool _isEscaped;

    public override Encoding Encoding => Encoding.Unicode;

    /// <summary>What is written next is a part of a JSON string.</summary>
    public bool IsInString { get; private set; }

    public override void Write(char value) => Append([value]);

    public override void Write(string? value) => Append(value);

    public override void Write(ReadOnlySpan<char> buffer) => Append(buffer);

    public override void Write(char[] buffer, int index, int count) => Append(buffer.AsSpan(index, count));

    // The ones of the base hand over to another thread.
    public override Task WriteAsync(char value)
    {
        Append([value]);
        return Task.CompletedTask;
    }

    public override Task WriteAsync(string? value)
    {
        Append(value);
        return Task.CompletedTask;
    }

    public override Task WriteAsync(char[] buffer, int index, int count)
    {
        Append(buffer.AsSpan(index, count));
        return Task.CompletedTask;
    }

    public override Task WriteAsync(ReadOnlyMemory<char> buffer, CancellationToken cancellationToken = default)
    {
        Append(buffer.Span);
        return Task.CompletedTask;
    }

    public override Task FlushAsync() => Task.CompletedTask;

    public override string ToString() => _text.ToString();

    void Append(ReadOnlySpan<char> text)
    {
        if (_text.Length + text.Length > longest)
        {
            throw new TemplateException($"It became longer than {longest} characters.");
        }
        _text.Append(text);
        if (isJson)
        {
            Follow(text);
        }
    }

    void Follow(ReadOnlySpan<char> text)
    {
        foreach (var character in text)
        {
            if (_isEscaped)
            {
                _isEscaped = false;
            }
            else if (character == '"')
            {
                IsInString = !IsInString;
            }
            else if (character == '\\' && IsInString)
            {
                _isEscaped = true;
            }
        }
    }
}
