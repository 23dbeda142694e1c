using SkiaSharp;

namespace Prickle.Pictures.Typefaces;

/// <summary>How a text is set.</summary>
readonly record struct TextStyle(float Size, int Weight, SKColor Colour, Family Family = Family.Body);
