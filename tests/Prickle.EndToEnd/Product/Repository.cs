namespace Prickle.EndToEnd.Product;

/// <summary>Where the files of the repository lie, the npm packages among them.</summary>
static class Repository
{
    public static string Root { get; } = Find(new DirectoryInfo(AppContext.BaseDirectory));

    public static string NodeModules => Path.Combine(Root, "node_modules");

    static string Find(DirectoryInfo? folder) =>
        folder is null ? throw new DirectoryNotFoundException("The tests do not run inside the repository.")
        : File.Exists(Path.Combine(folder.FullName, "Prickle.slnx")) ? folder.FullName
        : Find(folder.Parent);
}
