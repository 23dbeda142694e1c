namespace Prickle.Benchmarks.Processes;

/// <summary>The programs that are measured: those built with the benchmarks, in the same configuration.</summary>
static class Build
{
    static readonly DirectoryInfo Own = new(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));

    /// <summary>The product, beside the benchmarks in the build's output.</summary>
    public static string Product => Program("Prickle");

    /// <summary>The engine.</summary>
    public static string Engine => Program("Prickle.Engine");

    /// <summary>Data that is kept from run to run; not part of the repository.</summary>
    public static string Kept => Path.GetFullPath(Path.Combine(Own.FullName, "..", "..", "..", "bench-data"));

    static string Program(string name) =>
        Path.GetFullPath(Path.Combine(Own.FullName, "..", "..", name, Own.Name, $"{name}.dll")) is var path && File.Exists(path)
            ? path
            : throw new FileNotFoundException($"{name} was not built: run script/bench, which does that");
}
