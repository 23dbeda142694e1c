namespace Prickle.Benchmarks.Processes;

/// <summary>A folder for the data of one run; gone afterwards.</summary>
sealed class TemporaryFolder : IDisposable
{
    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("prickle-bench-");

    public string Below(string name) => Path.Combine(_folder.FullName, name);

    public void Dispose() => _folder.Delete(recursive: true);
}
