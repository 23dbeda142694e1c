namespace Prickle.Engine.Native;

/// <summary>The engine cannot start; the message says what to do about it.</summary>
sealed class EngineUnavailableException(string message, int exitCode = ExitCodes.CannotRunHere) : Exception(message)
{
    public int ExitCode => exitCode;
}
