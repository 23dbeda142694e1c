using Prickle.Hosting;

namespace Prickle.Previews.Clock;

/// <summary>Tells the clock that a preview was changed.</summary>
sealed class PreviewWake : Wake;
