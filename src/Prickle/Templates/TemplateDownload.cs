using System.Text.Json;
using Prickle.Accounts;
using Prickle.Hosting;

namespace Prickle.Templates;

/// <summary>Fetches a template from a public address.</summary>
public sealed class TemplateDownload(IHttpClientFactory clients)
{
    public async Task<Outcome<JsonElement>> FetchAsync(string url, CancellationToken cancellationToken)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var address) || (address.Scheme != Uri.UriSchemeHttps && address.Scheme != Uri.UriSchemeHttp))
        {
            return Refusal.Invalid("url", "A template is fetched from an address that begins with https:// or http://.");
        }
        try
        {
            using var client = clients.CreateClient(OutboundHttp.Name);
            client.MaxResponseContentBufferSize = TemplateJson.LargestBytes;
            using var reply = await client.GetAsync(address, cancellationToken);
            if (!reply.IsSuccessStatusCode)
            {
                return Refusal.Invalid("url", $"{address.Host} answered with {(int)reply.StatusCode}.");
            }
            return JsonElement.Parse(await reply.Content.ReadAsByteArrayAsync(cancellationToken));
        }
        catch (HttpRequestException failure)
        {
            return Refusal.Invalid("url", failure.HttpRequestError == HttpRequestError.ConfigurationLimitExceeded
                ? $"A template has at most {TemplateJson.LargestBytes / 1024:N0} KiB." : $"{address.Host} cannot be read: {failure.Message}");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return Refusal.Invalid("url", $"{address.Host} did not answer in time.");
        }
        catch (JsonException)
        {
            return Refusal.Invalid("url", $"What {address.Host} gave is not JSON.");
        }
    }
}
