using Prickle.ClickHouse.Nodes;

namespace Prickle.House.Backups.Work;

/// <summary>What is wrong with a backup or its target, in words; the server's own stand behind.</summary>
static class BackupWords
{
    /// <summary>For what a server wrote into its list of backups.</summary>
    public static string Of(string error, BackupPlace place) => Of(NodeFailure.Parse(error), place);

    public static string Of(NodeFailure failure, BackupPlace place)
    {
        var own = place.Masked(failure.Message);
        var target = place.Target;
        var said = failure.Code switch
        {
            36 when own.Contains("allowed_path", StringComparison.Ordinal) =>
                $"The server may not write to {target.Place}: its configuration has to name the folder in backups.allowed_path.",
            36 when own.Contains("is not set", StringComparison.Ordinal) || own.Contains("not allowed", StringComparison.Ordinal) =>
                "The server may not write backups to folders at all: its configuration has to name one in backups.allowed_path.",
            598 => "There is a backup of that name already.",
            599 => $"There is no backup at {target.Place} any more.",
            243 => "The disk is full.",
            81 => "The database is not there.",
            57 => "A table of that name is there already; a restore overwrites nothing.",
            608 => "A table of that name is there already and holds rows; a restore overwrites nothing.",
            60 => "A table is not there.",
            497 => "The operator's account lacks a grant for that.",
            1001 or 592 or 593 or 594 or 595 when own.Contains("No such file", StringComparison.Ordinal) => "A file of the backup is missing.",
            40 => "A file of the backup is damaged: its checksum is another.",
            _ => null,
        } ?? (target.Kind == BackupTargetKind.S3 ? OfBucket(own, target) : null);
        return said is null ? own : $"{said} The server: {own}";
    }

    static string? OfBucket(string own, BackupTarget target) =>
        Has(own, "InvalidAccessKeyId") ? $"The bucket does not know the key {target.KeyId}."
        : Has(own, "SignatureDoesNotMatch") ? $"The secret does not belong to the key {target.KeyId}."
        : Has(own, "NoSuchBucket") || Has(own, "bucket does not exist") ? $"There is no bucket {target.Bucket} at {target.Endpoint}."
        : Has(own, "PermanentRedirect") || Has(own, "AuthorizationHeaderMalformed") ? "The bucket is in another region."
        : Has(own, "Connection refused") || Has(own, "Host not found") || Has(own, "NETWORK_CONNECTION") || Has(own, "Timeout") ? $"The server cannot reach {target.Endpoint}."
        : Has(own, "AccessDenied") || Has(own, "ACCESS_DENIED") || Has(own, "response code: 403")
            ? $"The bucket refuses the key {target.KeyId}: the key or its secret is wrong, or it lacks a right."
        : Has(own, "response code: 404") ? $"There is no bucket {target.Bucket} at {target.Endpoint}."
        : null;

    static bool Has(string text, string part) => text.Contains(part, StringComparison.OrdinalIgnoreCase);
}
