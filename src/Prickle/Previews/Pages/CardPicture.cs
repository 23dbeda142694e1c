namespace Prickle.Previews.Pages;

/// <summary>A screenshot as a card shows it.</summary>
/// <param name="Width">In pixels, so that nothing moves when it comes; 0 where that is not known yet.</param>
public sealed record CardPicture(string Source, string Alt, int Width, int Height)
{
    public static CardPicture Of(PreviewPicture picture) => new(AddressOf(picture.Id), picture.Alt, picture.Width, picture.Height);

    public static string AddressOf(Guid id) => $"/previews/images/{id}";
}
