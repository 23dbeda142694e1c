using Jint;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Prickle.Pictures.Boards;
using Prickle.Pictures.Charts;
using Prickle.Pictures.Contents;
using Prickle.Pictures.Typefaces;
using Prickle.Ui.Charts.Options;
using SkiaSharp;

namespace Prickle.Pictures;

/// <summary>
/// The door: draws charts, cards and boards without a browser, as PNG and PDF. One picture at a time, others wait in line.
/// What it draws with is loaded for the first picture and let go of when none was asked for a while.
/// </summary>
public sealed partial class PicturePainter(TimeProvider time, ILogger<PicturePainter>? log = null) : IDisposable
{
    /// <summary>How long the library of charts is kept after a picture.</summary>
    public static readonly TimeSpan KeptFor = TimeSpan.FromMinutes(3);

    readonly ILogger<PicturePainter> _log = log ?? NullLogger<PicturePainter>.Instance;
    readonly SemaphoreSlim _turn = new(1);
    TypefaceShelf? _typefaces;
    ChartScript? _script;
    ITimer? _idle;
    long _lastUse;
    bool _isClosed;

    /// <summary>Whether the library of charts and the typefaces are loaded.</summary>
    public bool IsLoaded => _typefaces is not null;

    /// <summary>A card as wide as given, and as high as its content.</summary>
    public Task<Picture> CardAsync(PictureCard card, int width, CancellationToken cancellationToken, PictureTheme theme = PictureTheme.Light) =>
        TakeTurnAsync(theme, desk => Images.Card(desk, card, width), cancellationToken);

    /// <summary>A whole board in one picture.</summary>
    public Task<byte[]> PngAsync(PictureBoard board, CancellationToken cancellationToken, PictureTheme theme = PictureTheme.Light) =>
        TakeTurnAsync(theme, desk => Images.Board(desk, board), cancellationToken);

    /// <summary>A board on pages of A4, drawn as lines and letters.</summary>
    public Task<byte[]> PdfAsync(PictureBoard board, CancellationToken cancellationToken, PictureTheme theme = PictureTheme.Light) =>
        TakeTurnAsync(theme, desk => Pages.Of(desk, board), cancellationToken);

    /// <summary>A chart as the library draws it, before it becomes points.</summary>
    internal Task<string> SvgAsync(Ui.Charts.ChartData data, int width, int height, CancellationToken cancellationToken) =>
        TakeTurnAsync(PictureTheme.Light, desk => desk.Draw(ChartOption.Of(data), width, height)?.Svg ?? throw new InvalidOperationException("The chart could not be drawn."), cancellationToken);

    async Task<T> TakeTurnAsync<T>(PictureTheme theme, Func<Desk, T> draw, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            ObjectDisposedException.ThrowIf(_isClosed, this);
            return await Task.Run(
                () =>
                {
                    _typefaces ??= new TypefaceShelf();
                    using var nowhere = new SKNWayCanvas(1, 1);
                    var palette = new Palette(theme);
                    return draw(new Desk(new Ink(nowhere, palette, _typefaces), (plan, width, height) => Draw(plan, width, height, palette, cancellationToken), cancellationToken));
                }, cancellationToken);
        }
        finally
        {
            _lastUse = time.GetTimestamp();
            _idle ??= time.CreateTimer(_ => LetGo(), null, KeptFor, KeptFor);
            _turn.Release();
        }
    }

    ChartSvg? Draw(ChartPlan plan, int width, int height, Palette palette, CancellationToken cancellationToken)
    {
        try
        {
            _script ??= new ChartScript(Measure);
            return _script.Draw(plan, width, height, palette, cancellationToken);
        }
        catch (Exception failure) when (failure is JintException or TimeoutException or InsufficientExecutionStackException)
        {
            // Nobody knows in which state it was left.
            _script?.Dispose();
            _script = null;
            cancellationToken.ThrowIfCancellationRequested();
            NotDrawn(failure);
            return null;
        }
    }

    double Measure(string text, TextStyle style)
    {
        using var nowhere = new SKNWayCanvas(1, 1);
        return new Ink(nowhere, null!, _typefaces!).Measure(text, style);
    }

    void LetGo()
    {
        if (!_turn.Wait(0))
        {
            return;
        }
        try
        {
            if (time.GetElapsedTime(_lastUse) >= KeptFor)
            {
                Unload();
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    void Unload()
    {
        _idle?.Dispose();
        _script?.Dispose();
        _typefaces?.Dispose();
        (_idle, _script, _typefaces) = (null, null, null);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "A chart could not be drawn")]
    partial void NotDrawn(Exception failure);

    /// <summary>Waits for the picture that is being drawn, and lets go of everything.</summary>
    public void Dispose()
    {
        _turn.Wait();
        _isClosed = true;
        Unload();
        _turn.Release();
    }
}
