using System.Net;
using System.Net.Http.Headers;

namespace Prickle.ClickHouse;

public sealed partial class ClickHouseStore
{
    /// <summary>
    /// As <see cref="InsertRowsAsync(string, JsonRows, string, CancellationToken)"/>, in one statement whose rows are written
    /// while they are sent: only what is on its way takes memory.
    /// </summary>
    /// <param name="table">Table with its columns; never from user input.</param>
    /// <param name="count">How many rows there are.</param>
    /// <param name="write">Writes the row of a number, from <see cref="JsonRows.Begin"/> to <see cref="JsonRows.End"/>; asked again for rows of a refused statement.</param>
    /// <param name="settings">As for <see cref="InsertJsonRowsAsync"/>.</param>
    /// <param name="cancellationToken">Gives up; some rows may be stored.</param>
    /// <exception cref="ClickHouseUnavailableException">The store cannot take rows now; some may be stored.</exception>
    public async Task<IReadOnlyList<(int Row, string Why)>> InsertRowsAsync(
        string table, int count, Action<int, JsonRows> write, string settings = "", CancellationToken cancellationToken = default)
    {
        var refused = new List<(int Row, string Why)>();
        if (count > 0)
        {
            await InsertHalvingAsync(
                0, count, (from, to) => InsertAsync(table, new StreamedRows(from, to, write), settings, cancellationToken), refused);
        }

        return refused;
    }

    // A refused statement is halved until the rows that are the matter stand alone.
    static async Task InsertHalvingAsync(
        int from, int to, Func<int, int, Task<InsertOutcome>> insert, List<(int Row, string Why)> refused)
    {
        switch (await insert(from, to))
        {
            case InsertOutcome.Unavailable unavailable:
                throw new ClickHouseUnavailableException(unavailable.Message);
            case InsertOutcome.Refused outcome when to - from == 1:
                refused.Add((from, outcome.Message));
                break;
            case InsertOutcome.Refused:
                var middle = from + ((to - from) / 2);
                await InsertHalvingAsync(from, middle, insert, refused);
                await InsertHalvingAsync(middle, to, insert, refused);
                break;
        }
    }

    sealed class StreamedRows : HttpContent
    {
        // Below what a buffer of rows begins with, so that it hardly ever has to grow.
        const int Piece = 48 * 1024;

        readonly int _from;
        readonly int _to;
        readonly Action<int, JsonRows> _write;

        public StreamedRows(int from, int to, Action<int, JsonRows> write)
        {
            (_from, _to, _write) = (from, to, write);
            Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        }

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
            SerializeToStreamAsync(stream, context, CancellationToken.None);

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
        {
            using var rows = new JsonRows();
            for (var row = _from; row < _to; row++)
            {
                _write(row, rows);
                if (rows.Length >= Piece || row == _to - 1)
                {
                    await stream.WriteAsync(rows.Lines(0, rows.Count), cancellationToken);
                    rows.Clear();
                }
            }
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
