using System.IO.Compression;
using System.Text;
using ZstdSharp;

namespace Prickle.EndToEnd.Capture;

/// <summary>What senders do to their JSON before it goes out.</summary>
static class Packed
{
    /// <summary><c>{"event":"sent as lz64","distinct_id":"lz64"}</c> as browsers packed it before 2023; the token goes elsewhere.</summary>
    public const string Lz64 = "N4IgpgbmB2AuIC4QGcawAQENnoDYC8A2AFhABoQATAS2VmugGNYB9ayxEAkkAXyA";

    public static byte[] Gzip(byte[] plain) => Pack(plain, to => new GZipStream(to, CompressionLevel.Optimal));

    public static byte[] Deflate(byte[] plain) => Pack(plain, to => new ZLibStream(to, CompressionLevel.Fastest));

    public static byte[] Brotli(byte[] plain) => Pack(plain, to => new BrotliStream(to, CompressionLevel.Fastest));

    public static byte[] Zstandard(byte[] plain) => Pack(plain, to => new CompressionStream(to));

    /// <summary>The form that beacons and old browsers send.</summary>
    public static byte[] Form(byte[] plain) =>
        Encoding.ASCII.GetBytes("data=" + Uri.EscapeDataString(Convert.ToBase64String(plain)));

    static byte[] Pack(byte[] plain, Func<Stream, Stream> packer)
    {
        using var packed = new MemoryStream();
        using (var stream = packer(packed))
        {
            stream.Write(plain);
        }
        return packed.ToArray();
    }
}
