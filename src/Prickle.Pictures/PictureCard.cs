namespace Prickle.Pictures;

/// <summary>What surrounds a content.</summary>
public enum CardFrame
{
    /// <summary>A card with its title.</summary>
    Titled,

    /// <summary>A card without a title: texts.</summary>
    Bare,

    /// <summary>No card: a heading and a line.</summary>
    Section,
}

/// <summary>A content with its title in a frame.</summary>
/// <param name="Note">Small, below the title: the period, when it was computed. Parts after a " · " are left out where there is no room.</param>
public sealed record PictureCard(string Title, string? Note, PictureContent Content)
{
    /// <summary>What surrounds it.</summary>
    public CardFrame Frame { get; init; }

    /// <summary>The colour of its edge, by its name in the style sheet ("info", "series-4"); null for none.</summary>
    public string? Accent { get; init; }
}

/// <summary>A card and its place in the grid of a board, in columns and rows.</summary>
public sealed record PlacedCard(PictureCard Card, int X, int Y, int Width, int Height);

/// <summary>Cards in a grid under a head.</summary>
public sealed record PictureBoard
{
    /// <summary>What it is called.</summary>
    public required string Name { get; init; }

    /// <summary>What it is for.</summary>
    public string Description { get; init; } = "";

    /// <summary>Whose it is.</summary>
    public required string Project { get; init; }

    /// <summary>What somebody must know to read it: the period, filters, when it was computed.</summary>
    public IReadOnlyList<string> Facts { get; init; } = [];

    /// <summary>The day on which it was made, in words.</summary>
    public required string Date { get; init; }

    /// <summary>The cards. Places do not overlap.</summary>
    public required IReadOnlyList<PlacedCard> Cards { get; init; }

    /// <summary>How many columns the grid has.</summary>
    public int Columns { get; init; } = 12;

    /// <summary>Height of a row in pixels, the gap with it.</summary>
    public int RowHeight { get; init; } = 40;

    /// <summary>Between cards, in pixels.</summary>
    public int Gap { get; init; } = 16;
}

/// <summary>A picture that was drawn.</summary>
/// <param name="Png">Twice as dense as its measures say.</param>
/// <param name="Width">In CSS pixels.</param>
/// <param name="Height">In CSS pixels.</param>
public sealed record Picture(byte[] Png, int Width, int Height);
