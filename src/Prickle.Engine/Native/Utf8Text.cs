using System.Runtime.InteropServices;
using System.Text;

namespace Prickle.Engine.Native;

/// <summary>Text as the library passes it: UTF-8 that ends with a zero byte.</summary>
static unsafe class Utf8Text
{
    public static string Read(byte* text) =>
        Encoding.UTF8.GetString(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(text));
}
