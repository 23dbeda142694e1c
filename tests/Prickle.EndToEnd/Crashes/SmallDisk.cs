using System.Globalization;

namespace Prickle.EndToEnd.Crashes;

/// <summary>A file system of its own, in memory, of a given size. Mounting needs root.</summary>
sealed class SmallDisk : IAsyncDisposable
{
    readonly string folder;

    SmallDisk(string folder) => this.folder = folder;

    /// <summary>Where the product's data lie.</summary>
    public string DataFolder => Path.Combine(folder, "data");

    public static async Task<SmallDisk> MountAsync(int megabytes)
    {
        var folder = Directory.CreateTempSubdirectory("prickle-disk-").FullName;
        await Command.RunAsync("mount", "-t", "tmpfs", "-o", $"size={megabytes.ToString(CultureInfo.InvariantCulture)}m", "tmpfs", folder);
        return new SmallDisk(folder);
    }

    /// <summary>Leaves so many megabytes free.</summary>
    public void Fill(int megabytesFree)
    {
        const int megabyte = 1024 * 1024;
        using var filler = File.Create(Path.Combine(folder, "filler"));
        try
        {
            while (new DriveInfo(folder).AvailableFreeSpace > (long)megabytesFree * megabyte)
            {
                filler.Write(new byte[megabyte]);
                filler.Flush();
            }
        }
        catch (IOException) when (megabytesFree == 0)
        {
            // Not one more byte fits: that is what was asked for.
        }
    }

    public void Empty() => File.Delete(Path.Combine(folder, "filler"));

    /// <summary>Possible as soon as no process has a file open for writing.</summary>
    public Task MakeReadOnlyAsync() => Eventually.HoldsAsync(
        "nobody writes to the disk any more", async () => (await Command.TryAsync("mount", "-o", "remount,ro", folder)).ExitCode == 0);

    public Task MakeWritableAsync() => Command.RunAsync("mount", "-o", "remount,rw", folder);

    public async ValueTask DisposeAsync()
    {
        // Lazily: an engine that was orphaned may hold files for a moment.
        await Command.RunAsync("umount", "--lazy", folder);
        Directory.Delete(folder);
    }
}
