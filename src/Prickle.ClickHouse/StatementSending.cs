namespace Prickle.ClickHouse;

public sealed partial class ClickHouseStore
{
    /// <summary>
    /// Sends a statement as it is and gives the reply as it comes, for callers that need the engine's own words: its codes,
    /// its counters, its format. Errors of ClickHouse are replies too.
    /// </summary>
    /// <param name="sql">The statement, in the body.</param>
    /// <param name="parameters">The parameters of the address: <c>database</c>, <c>query_id</c>, <c>param_name</c>, settings.</param>
    /// <param name="cancellationToken">Cuts the connection, which stops a statement that only reads.</param>
    /// <exception cref="ClickHouseUnavailableException">Nobody answered.</exception>
    public async Task<HttpResponseMessage> SendAsync(
        string sql, IReadOnlyDictionary<string, string> parameters, CancellationToken cancellationToken = default)
    {
        var endpoint = _endpoint();
        var noted = StatementNotes.Text is { } text ? parameters.Append(KeyValuePair.Create("log_comment", text)) : parameters;
        var query = string.Join('&', noted.Select(pair => $"{Uri.EscapeDataString(pair.Key)}={Uri.EscapeDataString(pair.Value)}"));
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(endpoint.Address, $"?{query}"));
        request.Headers.Add("X-ClickHouse-User", endpoint.User);
        request.Headers.Add("X-ClickHouse-Key", endpoint.Password);
        request.Content = new StringContent(sql);
        try
        {
            return await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        }
        catch (HttpRequestException failure)
        {
            throw new ClickHouseUnavailableException("ClickHouse does not answer.", failure);
        }
    }
}
