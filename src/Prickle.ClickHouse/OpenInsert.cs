using System.Net;
using System.Net.Http.Headers;

namespace Prickle.ClickHouse;

/// <summary>
/// One insert of JSON rows that stays open while rows are added: what was added takes no memory here any more, and all of it
/// becomes one part. Made by <see cref="ClickHouseStore.BeginInsert"/>; one caller at a time.
/// </summary>
public sealed class OpenInsert : IDisposable
{
    // Below what a buffer of rows begins with, so that it hardly ever has to grow.
    const int Piece = 48 * 1024;

    readonly JsonRows _rows = new();
    readonly Body _body = new();
    readonly Task<InsertOutcome> _outcome;

    internal OpenInsert(Func<HttpContent, Task<InsertOutcome>> insert) => _outcome = insert(_body);

    /// <summary>Adds rows; they are on their way when the task ends, and stored when <see cref="EndAsync"/> says so.</summary>
    /// <param name="count">How many rows there are.</param>
    /// <param name="write">Writes the row of a number, from <see cref="JsonRows.Begin"/> to <see cref="JsonRows.End"/>.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ClickHouseUnavailableException">The store takes no more of them: what <see cref="EndAsync"/> says is the reason.</exception>
    public async Task WriteAsync(int count, Action<int, JsonRows> write, CancellationToken cancellationToken)
    {
        if (await Task.WhenAny(_body.Stream, _outcome) == _outcome)
        {
            throw new ClickHouseUnavailableException($"The insert ended before its rows were there: {await _outcome}");
        }

        var stream = await _body.Stream;
        try
        {
            for (var row = 0; row < count; row++)
            {
                write(row, _rows);
                if (_rows.Length >= Piece || row == count - 1)
                {
                    await stream.WriteAsync(_rows.Lines(0, _rows.Count), cancellationToken);
                    _rows.Clear();
                }
            }
        }
        catch (Exception failure) when (failure is IOException or HttpRequestException or ObjectDisposedException)
        {
            throw new ClickHouseUnavailableException("The store stopped taking rows.", failure);
        }
    }

    /// <summary>Says that no more rows come, and waits until those that came are stored, or are not.</summary>
    public Task<InsertOutcome> EndAsync()
    {
        _body.End();
        return _outcome;
    }

    /// <summary>Gives up, unless it has ended: the store may have taken the rows or not.</summary>
    public void Dispose()
    {
        _body.GiveUp();
        _rows.Dispose();
    }

    sealed class Body : HttpContent
    {
        readonly TaskCompletionSource<Stream> _stream = new(TaskCreationOptions.RunContinuationsAsynchronously);
        readonly TaskCompletionSource _end = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Body() => Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");

        public Task<Stream> Stream => _stream.Task;

        public void End() => _end.TrySetResult();

        public void GiveUp() => _end.TrySetException(new IOException("The insert was given up."));

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
            SerializeToStreamAsync(stream, context, CancellationToken.None);

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
        {
            // Over a connection that was closed meanwhile a request is sent once more: only the first try has rows.
            return _stream.TrySetResult(stream) ? _end.Task.WaitAsync(cancellationToken) : throw new IOException("The connection was lost.");
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
