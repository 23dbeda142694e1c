namespace Prickle.House.Backups;

/// <summary>Where a server puts its backups.</summary>
public enum BackupTargetKind
{
    /// <summary>A folder that the server may write.</summary>
    File,
    /// <summary>A bucket that speaks S3.</summary>
    S3,
}

/// <summary>A place for the backups of a server. The secret of a bucket is never part of it.</summary>
public sealed record BackupTarget
{
    /// <summary>The folder for backups in the product's own data folder, which is there without set-up.</summary>
    public static readonly Guid OwnId = new("00000000-0000-0000-0000-0000000b0c4b");

    /// <summary>A server has at most so many.</summary>
    public const int Most = 20;

    public required Guid Id { get; init; }
    public required int OrganizationId { get; init; }
    public required Guid ServerId { get; init; }
    public required string Name { get; init; }
    public required BackupTargetKind Kind { get; init; }

    /// <summary>Of a folder: its path, as the server sees it. Empty for the product's own.</summary>
    public string Folder { get; init; } = "";

    /// <summary>Of a bucket: <c>https://s3.eu-central-1.amazonaws.com</c>.</summary>
    public string Endpoint { get; init; } = "";
    public string Bucket { get; init; } = "";
    public string Prefix { get; init; } = "";
    public string Region { get; init; } = "";
    public string KeyId { get; init; } = "";
    public bool HasSecret { get; init; }
    public string CreatedBy { get; init; } = "";
    public DateTimeOffset CreatedAt { get; init; }
    public int Version { get; init; } = 1;

    public bool IsOwn => Id == OwnId;

    /// <summary>For people: where that is.</summary>
    public string Place => Kind == BackupTargetKind.S3 ? $"{Endpoint}/{Bucket}{(Prefix.Length > 0 ? "/" : "")}{Prefix}" : IsOwn ? "engine/backups in Prickle's data folder" : Folder;

    /// <summary>Where a backup of a path lies, for people.</summary>
    public string PlaceOf(string path) => IsOwn ? $"engine/backups/{path} in Prickle's data folder" : $"{Place}/{path}";

    /// <summary>Of a bucket: the address of a backup.</summary>
    internal string AddressOf(string path) => string.Join('/', new[] { Endpoint.TrimEnd('/'), Bucket, Prefix.Trim('/'), path }.Where(part => part.Length > 0));

    /// <summary>Of a folder: what the server is told. Below its allowed path where the target is the product's own.</summary>
    internal string FolderOf(string path) => IsOwn ? path : $"{Folder.TrimEnd('/')}/{path}";
}

/// <summary>A target as somebody wants it.</summary>
/// <param name="Secret">Null or empty keeps the one that is there.</param>
public sealed record BackupTargetDraft(
    string Name, BackupTargetKind Kind, string Folder = "", string Endpoint = "", string Bucket = "", string Prefix = "", string Region = "", string KeyId = "", string? Secret = null)
{
    /// <summary>Without the secret.</summary>
    public override string ToString() => $"{Kind} {Name}";
}
