namespace Prickle.Engine;

/// <summary>What the end of the process tells the supervisor.</summary>
static class ExitCodes
{
    public const int Stopped = 0;

    /// <summary>Trying again cannot help before the operator does something, such as installing the library.</summary>
    public const int CannotRunHere = 3;

    /// <summary>The data folder did not open; another engine may still be leaving it.</summary>
    public const int DataNotOpened = 4;

    public const int PortTaken = 5;
}
