using System.Text.Json;
using System.Text.Json.Serialization;

namespace Prickle.Demo;

/// <summary>
/// <c>demo.json</c> in the data folder: what a script needs to use the demo, and what a later start needs to know of it.
/// </summary>
/// <param name="Url">Where the product answers.</param>
/// <param name="ProjectId">The demo's project.</param>
/// <param name="ProjectToken">For SDKs.</param>
/// <param name="PersonalApiKey">For the API, with every scope; new at every start.</param>
/// <param name="Email">Who signs in.</param>
/// <param name="Password">With what; new at every start.</param>
/// <param name="End">The moment the story ends: the first start. The same events come of it again.</param>
/// <param name="IsComplete">Every event of the story is stored.</param>
public sealed record DemoFile(
    string Url, int ProjectId, string ProjectToken, string PersonalApiKey, string Email, string Password, DateTimeOffset End, bool IsComplete)
{
    const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    public static string PathIn(string dataFolder) => Path.Combine(dataFolder, "demo.json");

    /// <summary>The file of an earlier start, or null when there is none or it cannot be understood.</summary>
    public static DemoFile? Read(string dataFolder)
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(PathIn(dataFolder)), DemoJson.Default.DemoFile);
        }
        catch (Exception failure) when (failure is FileNotFoundException or DirectoryNotFoundException or JsonException)
        {
            return null;
        }
    }

    /// <summary>Replaces the file as a whole; nobody but the owner can read it, at no moment.</summary>
    public void Write(string dataFolder)
    {
        var path = PathIn(dataFolder);
        var draft = $"{path}.draft";
        File.Delete(draft);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = OwnerOnly;
        }

        using (var file = new FileStream(draft, options))
        {
            JsonSerializer.Serialize(file, this, DemoJson.Default.DemoFile);
        }

        File.Move(draft, path, overwrite: true);
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(DemoFile))]
sealed partial class DemoJson : JsonSerializerContext;
