using Prickle.Hosting;

namespace Prickle.Flags.Schedule;

/// <summary>Tells the worker that something was planned, so that it does not sleep over it.</summary>
sealed class FlagScheduleWake : Wake;
