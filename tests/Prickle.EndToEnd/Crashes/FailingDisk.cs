namespace Prickle.EndToEnd.Crashes;

/// <summary>
/// A file system in a file, which can be told that it has failed. From then on the kernel refuses every write to it, also to
/// files that are open: what happens when a real disk breaks under a program. (A mount in use cannot be made read-only
/// otherwise.) Needs root and loop devices.
/// </summary>
sealed class FailingDisk : IAsyncDisposable
{
    readonly string image;
    readonly string folder;
    string? device;

    FailingDisk(string image, string folder) => (this.image, this.folder) = (image, folder);

    /// <summary>Where the product's data lie.</summary>
    public string DataFolder => Path.Combine(folder, "data");

    public static async Task<FailingDisk> MountAsync(int megabytes)
    {
        var folder = Directory.CreateTempSubdirectory("prickle-disk-").FullName;
        var disk = new FailingDisk(folder + ".image", folder);
        await using (var file = File.Create(disk.image))
        {
            file.SetLength(megabytes * 1024L * 1024);
        }
        await Command.RunAsync("mkfs.ext4", "-q", disk.image);
        await disk.AttachAsync();
        return disk;
    }

    /// <summary>The kernel takes this for an error of the file system.</summary>
    public void Break() => File.WriteAllText($"/sys/fs/ext4/{Path.GetFileName(device)}/trigger_fs_error", "1");

    /// <summary>Checks and mounts it again, as soon as no process uses it any more.</summary>
    public async Task RepairAsync()
    {
        await DetachAsync();
        // It exits with 1 when it has repaired something, which is what it is here for.
        var (exitCode, said) = await Command.TryAsync("fsck.ext4", "-y", image);
        exitCode.ShouldBeInRange(0, 1, said);
        await AttachAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await DetachAsync();
        Directory.Delete(folder);
        File.Delete(image);
    }

    async Task AttachAsync()
    {
        device = (await Command.RunAsync("losetup", "--find", "--show", image)).Trim();
        await Command.RunAsync("mount", "-o", "errors=remount-ro", device, folder);
    }

    async Task DetachAsync()
    {
        if (device is null)
        {
            return;
        }
        await Eventually.HoldsAsync(
            $"{folder} is not used any more", async () => (await Command.TryAsync("umount", folder)).ExitCode == 0,
            TimeSpan.FromSeconds(30), async () => (await Command.TryAsync("umount", folder)).Said);
        await Command.RunAsync("losetup", "--detach", device);
        device = null;
    }
}
