using Microsoft.EntityFrameworkCore;
using Prickle.Accounts;
using Prickle.Previews.Storage;
using Prickle.Storage;
using SkiaSharp;

namespace Prickle.Previews;

/// <summary>A screenshot as it is sent to whoever looks at it.</summary>
public sealed record PreviewPictureFile(string MediaType, byte[] Content);

/// <summary>The screenshots of previews.</summary>
public sealed class PreviewPictures(IDbContextFactory<PrickleDatabase> databases, TimeProvider time)
{
    public const int LargestBytes = 4 * 1024 * 1024;
    public const int Most = 6;
    const int LongestSide = 8000;

    static readonly Refusal NotAPicture = Refusal.Invalid("file", "This is not a picture: PNG, JPEG, WebP and GIF are taken.");

    /// <summary>Keeps a screenshot. What it is, is read from the picture itself.</summary>
    /// <param name="alt">What can be seen, for those who cannot see it.</param>
    public async Task<Outcome<PreviewPicture>> AddAsync(
        ProjectGrant grant, Guid previewId, ReadOnlyMemory<byte> content, string alt, CancellationToken cancellationToken)
    {
        if (!grant.Allows(Resource.EarlyAccessFeature, Level.Write))
        {
            return Refusal.Denied("You may look at previews here, not change them.");
        }
        if (content.Length > LargestBytes)
        {
            return Refusal.Invalid("file", $"A screenshot may have {LargestBytes / 1024 / 1024} MB.");
        }
        if (alt.Length > 500)
        {
            return Refusal.Invalid("alt", "At most 500 characters.");
        }
        if (Look(content) is not var (type, width, height))
        {
            return NotAPicture;
        }
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        if (!await database.Set<PreviewRow>().AnyAsync(row => row.ProjectId == grant.ProjectId && row.Id == previewId && !row.IsDeleted, cancellationToken))
        {
            return Refusal.NotFound("The preview does not exist.");
        }
        var places = await database.Set<PreviewPictureRow>().Where(row => row.PreviewId == previewId).Select(row => row.Position).ToListAsync(cancellationToken);
        if (places.Count >= Most)
        {
            return Refusal.Invalid("file", $"A preview has {Most} screenshots at most.");
        }
        var picture = new PreviewPictureRow
        {
            Id = Guid.CreateVersion7(time.GetUtcNow()),
            ProjectId = grant.ProjectId,
            PreviewId = previewId,
            MediaType = type,
            Content = content.ToArray(),
            Alt = alt.Trim(),
            Width = width,
            Height = height,
            Position = places.DefaultIfEmpty(-1).Max() + 1,
        };
        database.Add(picture);
        await database.SaveChangesAsync(cancellationToken);
        return new PreviewPicture(picture.Id, picture.Alt, width, height);
    }

    /// <summary>Takes a screenshot away; null when that was done.</summary>
    public async Task<Refusal?> RemoveAsync(ProjectGrant grant, Guid previewId, Guid id, CancellationToken cancellationToken)
    {
        if (!grant.Allows(Resource.EarlyAccessFeature, Level.Write))
        {
            return Refusal.Denied("You may look at previews here, not change them.");
        }
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        return await database.Set<PreviewPictureRow>()
            .Where(row => row.ProjectId == grant.ProjectId && row.PreviewId == previewId && row.Id == id).ExecuteDeleteAsync(cancellationToken) == 0
            ? Refusal.NotFound("The preview has no such screenshot.") : null;
    }

    /// <summary>A screenshot for anybody who has its address.</summary>
    public async Task<PreviewPictureFile?> FindAsync(Guid id, CancellationToken cancellationToken)
    {
        await using var database = await databases.CreateDbContextAsync(cancellationToken);
        return await database.Set<PreviewPictureRow>().Where(row => row.Id == id)
            .Select(row => new PreviewPictureFile(row.MediaType, row.Content)).SingleOrDefaultAsync(cancellationToken);
    }

    static (string Type, int Width, int Height)? Look(ReadOnlyMemory<byte> content)
    {
        using var data = SKData.CreateCopy(content.Span);
        using var codec = SKCodec.Create(data);
        var type = codec?.EncodedFormat switch
        {
            SKEncodedImageFormat.Png => "image/png",
            SKEncodedImageFormat.Jpeg => "image/jpeg",
            SKEncodedImageFormat.Webp => "image/webp",
            SKEncodedImageFormat.Gif => "image/gif",
            _ => null,
        };
        return type is not null && codec!.Info is { Width: > 0 and <= LongestSide, Height: > 0 and <= LongestSide } info ? (type, info.Width, info.Height) : null;
    }
}
