namespace Prickle.Pictures;

/// <summary>Which of the product's two modes a picture has.</summary>
public enum PictureTheme
{
    /// <summary>For paper and mail.</summary>
    Light,

    /// <summary>For screens on the wall.</summary>
    Dark,
}
