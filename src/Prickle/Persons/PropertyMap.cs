using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Prickle.ClickHouse;
using Prickle.Persons.Identity;

namespace Prickle.Persons;

/// <summary>
/// Properties as the raw UTF-8 of names and values. Most updates set what is there already, and that is found out
/// without making a string. What persons get automatically, which is nearly all there is of nearly all of them, lies in an
/// array by its number: a dictionary and a name for each would take most of the memory of persons.
/// </summary>
sealed class PropertyMap
{
    readonly Dictionary<byte[], byte[]> _others;
    readonly byte[]?[] _automatic;

    public PropertyMap() => (_others, _automatic) = (new(0, Utf8Comparer.Instance), new byte[AutomaticProperties.Count][]);

    PropertyMap(PropertyMap from) =>
        (_others, _automatic) = (new(from._others, Utf8Comparer.Instance), [.. from._automatic]);

    public int Count => _others.Count + _automatic.Count(value => value is not null);

    public static PropertyMap Parse(string json)
    {
        var map = new PropertyMap();
        using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = 1000 });
        foreach (var property in document.RootElement.EnumerateObject())
        {
            map.Set(Encoding.UTF8.GetBytes(property.Name), property.Value);
        }

        return map;
    }

    public PropertyMap Copy() => new(this);

    public bool Contains(ReadOnlySpan<byte> name) => TryGet(name, out _);

    public bool TryGet(ReadOnlySpan<byte> name, [MaybeNullWhen(false)] out byte[] value)
    {
        if (AutomaticProperties.NumberOf(name) is { } number)
        {
            return (value = _automatic[number]) is not null;
        }

        return ByName.TryGetValue(name, out value);
    }

    /// <summary>Sets a value in the form that the store takes. True when that changed something.</summary>
    public bool Set(ReadOnlySpan<byte> name, JsonElement value)
    {
        if (AutomaticProperties.NumberOf(name) is { } number)
        {
            return Set(number, value);
        }

        var byName = ByName;
        byName.TryGetValue(name, out var present);
        if (Changed(present, value) is not { } news)
        {
            return false;
        }

        byName[name] = news;
        return true;
    }

    /// <summary>As <see cref="Set(ReadOnlySpan{byte}, JsonElement)"/>, for a property that persons get automatically.</summary>
    public bool Set(int number, JsonElement value)
    {
        if (Changed(_automatic[number], value) is not { } news)
        {
            return false;
        }

        _automatic[number] = news;
        return true;
    }

    public bool SetOnce(ReadOnlySpan<byte> name, JsonElement value) => !Contains(name) && Set(name, value);

    public bool SetOnce(int number, JsonElement value) => _automatic[number] is null && Set(number, value);

    public bool Remove(ReadOnlySpan<byte> name)
    {
        if (AutomaticProperties.NumberOf(name) is not { } number)
        {
            return ByName.Remove(name);
        }

        var was = _automatic[number];
        _automatic[number] = null;
        return was is not null;
    }

    /// <summary>Takes over what the other has and this one has not.</summary>
    public void FillFrom(PropertyMap other)
    {
        foreach (var (name, value) in other.All())
        {
            if (!Contains(name))
            {
                Put(name, value);
            }
        }
    }

    /// <summary>
    /// Takes a merge back: what still is as the merge left it becomes what it was before; what was set since stays.
    /// </summary>
    public void Restore(PropertyMap before, PropertyMap merged)
    {
        foreach (var (name, value) in merged.All())
        {
            if (!TryGet(name, out var now) || !now.AsSpan().SequenceEqual(value))
            {
                continue;
            }

            if (before.TryGet(name, out var original))
            {
                Put(name, original);
            }
            else
            {
                Remove(name);
            }
        }
    }

    public void WriteTo(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        foreach (var (name, value) in All())
        {
            writer.WritePropertyName(name);
            writer.WriteRawValue(value, skipInputValidation: true);
        }

        writer.WriteEndObject();
    }

    public string ToJson()
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var writer = new Utf8JsonWriter(buffer, JsonRows.WriterOptions))
        {
            WriteTo(writer);
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    Dictionary<byte[], byte[]>.AlternateLookup<ReadOnlySpan<byte>> ByName => _others.GetAlternateLookup<ReadOnlySpan<byte>>();

    IEnumerable<(byte[] Name, byte[] Value)> All()
    {
        foreach (var (name, value) in _others)
        {
            yield return (name, value);
        }

        for (var number = 0; number < _automatic.Length; number++)
        {
            if (_automatic[number] is { } value)
            {
                yield return (AutomaticProperties.NameOf(number), value);
            }
        }
    }

    void Put(byte[] name, byte[] value)
    {
        if (AutomaticProperties.NumberOf(name) is { } number)
        {
            _automatic[number] = value;
        }
        else
        {
            _others[name] = value;
        }
    }

    /// <summary>The value in its clean form, or null when it is there already.</summary>
    static byte[]? Changed(byte[]? present, JsonElement value)
    {
        // What is there is clean, and cleaning that again would change nothing: the same text is the same value.
        var raw = JsonMarshal.GetRawUtf8Value(value);
        if (present is not null && raw.SequenceEqual(present))
        {
            return null;
        }

        var clean = JsonColumn.IsCopied(value) ? SharedBytes.Of(raw) : Clean(value);
        return present is not null && clean.AsSpan().SequenceEqual(present) ? null : clean;
    }

    static byte[] Clean(JsonElement value)
    {
        var buffer = new ArrayBufferWriter<byte>(64);
        using (var writer = new Utf8JsonWriter(buffer, JsonRows.WriterOptions))
        {
            JsonColumn.Write(writer, value);
        }

        return buffer.WrittenSpan.ToArray();
    }
}
