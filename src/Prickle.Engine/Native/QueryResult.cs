namespace Prickle.Engine.Native;

/// <summary>What one statement read, wrote and returned.</summary>
readonly record struct QueryStatistics(
    ulong ReadRows, ulong ReadBytes, ulong WrittenRows, ulong WrittenBytes, ulong ResultRows, ulong ResultBytes)
{
    public static unsafe QueryStatistics Of(nint result) => new(
        ChdbLibrary.ReadRows(result), ChdbLibrary.ReadBytes(result),
        ChdbLibrary.WrittenRows(result), ChdbLibrary.WrittenBytes(result),
        ChdbLibrary.ResultRows(result), ChdbLibrary.ResultBytes(result));
}

/// <summary>The end of one statement: an error, or the bytes of its result (empty when they went elsewhere).</summary>
readonly record struct QueryResult(EngineError? Error, byte[] Output, QueryStatistics Statistics)
{
    /// <summary>Copies the result out of the library and releases it.</summary>
    public static unsafe QueryResult Take(nint result)
    {
        try
        {
            var error = ChdbLibrary.ResultError(result);
            if (error != null)
            {
                return new(EngineError.Parse(Utf8Text.Read(error)), [], QueryStatistics.Of(result));
            }
            var length = (int)ChdbLibrary.ResultLength(result);
            var buffer = ChdbLibrary.ResultBuffer(result);
            var output = length == 0 || buffer == null ? [] : new ReadOnlySpan<byte>(buffer, length).ToArray();
            return new(null, output, QueryStatistics.Of(result));
        }
        finally
        {
            ChdbLibrary.DestroyResult(result);
        }
    }
}
