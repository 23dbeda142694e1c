using Prickle.House.Frame;

namespace Prickle.House.Backups.Work;

/// <summary>A target with its secret, on the way into a statement: nothing of this is logged or given back.</summary>
sealed record BackupPlace(BackupTarget Target, string Secret)
{
    /// <summary>How a statement names a backup.</summary>
    public string Of(string path) => Target.Kind == BackupTargetKind.S3
        ? $"S3({NodeSql.Literal(Target.AddressOf(path))}, {NodeSql.Literal(Target.KeyId)}, {NodeSql.Literal(Secret)})"
        : $"File({NodeSql.Literal(Target.FolderOf(path))})";

    /// <summary>The same, to be shown.</summary>
    public string ShownOf(string path) => (this with { Secret = "***" }).Of(path);

    /// <summary>What a server says, without the secret in it. No store takes secrets of less than eight characters, and such a text may be part of any word.</summary>
    public string Masked(string text) => Secret.Length >= 8 ? text.Replace(Secret, "***", StringComparison.Ordinal) : text;

    public override string ToString() => Target.Place;
}
