using Prickle.Hosting;

namespace Prickle.House.Operations;

/// <summary>Tells the one who works at operations that something was decided.</summary>
public sealed class OperationWake : Wake;
