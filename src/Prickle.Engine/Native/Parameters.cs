using System.Runtime.InteropServices;
using System.Text;

namespace Prickle.Engine.Native;

/// <summary>Values of <c>{name:Type}</c> placeholders, laid out as the library takes them.</summary>
sealed unsafe class Parameters : IDisposable
{
    readonly List<nint> texts = [];

    public Parameters(IReadOnlyDictionary<string, string> values)
    {
        Count = (nuint)values.Count;
        Names = (byte**)NativeMemory.Alloc(Count + 1, (nuint)sizeof(byte*));
        Values = (byte**)NativeMemory.Alloc(Count + 1, (nuint)sizeof(byte*));
        NameLengths = (nuint*)NativeMemory.Alloc(Count + 1, (nuint)sizeof(nuint));
        ValueLengths = (nuint*)NativeMemory.Alloc(Count + 1, (nuint)sizeof(nuint));
        var index = 0;
        foreach (var (name, value) in values)
        {
            Names[index] = Allocate(name, out NameLengths[index]);
            Values[index] = Allocate(value, out ValueLengths[index]);
            index++;
        }
    }

    public nuint Count { get; }
    public byte** Names { get; }
    public byte** Values { get; }
    public nuint* NameLengths { get; }
    public nuint* ValueLengths { get; }

    public void Dispose()
    {
        texts.ForEach(text => NativeMemory.Free((void*)text));
        NativeMemory.Free(Names);
        NativeMemory.Free(Values);
        NativeMemory.Free(NameLengths);
        NativeMemory.Free(ValueLengths);
    }

    byte* Allocate(string text, out nuint length)
    {
        length = (nuint)Encoding.UTF8.GetByteCount(text);
        var memory = (byte*)NativeMemory.Alloc(length + 1);
        texts.Add((nint)memory);
        Encoding.UTF8.GetBytes(text, new Span<byte>(memory, (int)length));
        return memory;
    }
}
