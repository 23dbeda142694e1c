using Prickle.Servers;

namespace Prickle.House.Backups.Work;

/// <summary>Deletes the files of backups, where the product can reach them.</summary>
sealed class BackupFiles(BackupNodes nodes, BucketClient buckets)
{
    /// <summary>Null when they are gone, else why they are still there.</summary>
    public async Task<string?> DeleteAsync(WatchedServer server, BackupPlace place, string path, CancellationToken cancellationToken)
    {
        if (place.Target.Kind == BackupTargetKind.S3)
        {
            return await buckets.DeleteAsync(place, path, cancellationToken);
        }
        if (!place.Target.IsOwn || await nodes.OwnFolderAsync(server, cancellationToken) is not { } root)
        {
            return $"The files lie on the server, in {place.Target.PlaceOf(path)}, where Prickle cannot delete them. Delete that folder there.";
        }
        var folder = Path.GetFullPath(Path.Combine(root, path));
        if (!folder.StartsWith(Path.GetFullPath(root) + Path.DirectorySeparatorChar, StringComparison.Ordinal))
        {
            return $"{path} is not in the folder for backups.";
        }
        try
        {
            if (Directory.Exists(folder))
            {
                Directory.Delete(folder, recursive: true);
            }
            if (Path.GetDirectoryName(folder) is { } parent && parent != root && Directory.Exists(parent) && !Directory.EnumerateFileSystemEntries(parent).Any())
            {
                Directory.Delete(parent);
            }
            return null;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return $"The files in {place.Target.PlaceOf(path)} could not be deleted: {failure.Message}";
        }
    }
}
