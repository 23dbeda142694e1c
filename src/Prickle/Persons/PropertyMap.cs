using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;
using Prickle.ClickHouse;
using Prickle.Persons.Identity;

namespace Prickle.Persons;

/// <summary>
/// Properties as the raw UTF-8 of names and values. Most updates set what is there already, and that is found out
/// without making a string.
/// </summary>
sealed class PropertyMap
{
    readonly Dictionary<byte[], byte[]> _values;
    readonly Dictionary<byte[], byte[]>.AlternateLookup<ReadOnlySpan<byte>> _byName;

    public PropertyMap() : this(new Dictionary<byte[], byte[]>(Utf8Comparer.Instance)) { }

    PropertyMap(Dictionary<byte[], byte[]> values)
    {
        _values = values;
        _byName = values.GetAlternateLookup<ReadOnlySpan<byte>>();
    }

    public int Count => _values.Count;

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

    public PropertyMap Copy() => new(new Dictionary<byte[], byte[]>(_values, Utf8Comparer.Instance));

    public bool Contains(ReadOnlySpan<byte> name) => _byName.ContainsKey(name);

    public bool TryGet(ReadOnlySpan<byte> name, [MaybeNullWhen(false)] out byte[] value) => _byName.TryGetValue(name, out value);

    /// <summary>Sets a value in the form that the store takes. True when that changed something.</summary>
    public bool Set(ReadOnlySpan<byte> name, JsonElement value)
    {
        if (_byName.TryGetValue(name, out var present)
            && value.ValueKind is not (JsonValueKind.Object or JsonValueKind.Array or JsonValueKind.Number)
            && present.AsSpan().SequenceEqual(System.Runtime.InteropServices.JsonMarshal.GetRawUtf8Value(value)))
        {
            return false;
        }

        var clean = Clean(value);
        if (present is not null && present.AsSpan().SequenceEqual(clean))
        {
            return false;
        }

        _byName[name] = clean;
        return true;
    }

    public bool SetOnce(ReadOnlySpan<byte> name, JsonElement value) => !_byName.ContainsKey(name) && Set(name, value);

    public bool Remove(ReadOnlySpan<byte> name) => _byName.Remove(name);

    /// <summary>Takes over what the other has and this one has not.</summary>
    public void FillFrom(PropertyMap other)
    {
        foreach (var (name, value) in other._values)
        {
            _values.TryAdd(name, value);
        }
    }

    /// <summary>
    /// Takes a merge back: what still is as the merge left it becomes what it was before; what was set since stays.
    /// </summary>
    public void Restore(PropertyMap before, PropertyMap merged)
    {
        foreach (var (name, value) in merged._values)
        {
            if (!_byName.TryGetValue(name, out var now) || !now.AsSpan().SequenceEqual(value))
            {
                continue;
            }

            if (before._values.TryGetValue(name, out var original))
            {
                _values[name] = original;
            }
            else
            {
                _values.Remove(name);
            }
        }
    }

    public void WriteTo(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        foreach (var (name, value) in _values)
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
