namespace Prickle.Pictures;

/// <summary>What the assembly carries along.</summary>
static class Resources
{
    public static byte[] Bytes(string name)
    {
        using var source = Open(name);
        var bytes = new byte[source.Length];
        source.ReadExactly(bytes);
        return bytes;
    }

    public static string Text(string name)
    {
        using var reader = new StreamReader(Open(name));
        return reader.ReadToEnd();
    }

    static Stream Open(string name) =>
        typeof(Resources).Assembly.GetManifestResourceStream(name) ?? throw new InvalidOperationException($"{name} is not in the assembly.");
}
