using System.Net.Sockets;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using Prickle.Hosting;

namespace Prickle.House.Backups.Work;

/// <summary>Reaches buckets from the product: to see whether they are there, and to delete what is past its keeping.</summary>
sealed class BucketClient(OutboundConnections connections, IConfiguration configuration)
{
    const int MostAtOnce = 1000;
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    readonly BucketConnections _connections = new(connections, (configuration["House:AllowedHosts"] ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));

    /// <summary>Null when the bucket answers to the key, else why it does not.</summary>
    public async Task<string?> TryAsync(BackupPlace place, CancellationToken cancellationToken)
    {
        using var client = Open(place);
        try
        {
            await client.ListObjectsV2Async(new ListObjectsV2Request { BucketName = place.Target.Bucket, Prefix = place.Target.Prefix, MaxKeys = 1 }, cancellationToken);
            return null;
        }
        catch (Exception failure) when (failure is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            return WordsOf(failure, place);
        }
    }

    /// <summary>Deletes all objects of a backup; null when they are gone, else why they are not.</summary>
    public async Task<string?> DeleteAsync(BackupPlace place, string path, CancellationToken cancellationToken)
    {
        using var client = Open(place);
        var prefix = string.Join('/', new[] { place.Target.Prefix.Trim('/'), path }.Where(part => part.Length > 0)) + "/";
        try
        {
            while (true)
            {
                var listed = await client.ListObjectsV2Async(new ListObjectsV2Request { BucketName = place.Target.Bucket, Prefix = prefix, MaxKeys = MostAtOnce }, cancellationToken);
                if (listed.S3Objects is not { Count: > 0 } objects)
                {
                    return null;
                }
                await client.DeleteObjectsAsync(
                    new DeleteObjectsRequest { BucketName = place.Target.Bucket, Objects = [.. objects.Select(one => new KeyVersion { Key = one.Key })], Quiet = true }, cancellationToken);
            }
        }
        catch (Exception failure) when (failure is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            return WordsOf(failure, place);
        }
    }

    static string WordsOf(Exception failure, BackupPlace place) => failure switch
    {
        _ when PrivateAddressException.Is(failure) => $"{place.Target.Endpoint} is an address of a private network, which is not allowed here. The operator can name it in House__AllowedHosts.",
        AmazonS3Exception { ErrorCode: { Length: > 0 } code } refused =>
            BackupWords.Of(new ClickHouse.Nodes.NodeFailure(ClickHouse.Nodes.NodeFailureKind.Refused, $"{code}: {refused.Message}"), place).Replace(" The server: ", " The bucket: ",
            StringComparison.Ordinal),
        OperationCanceledException => $"{place.Target.Endpoint} did not answer within {Patience.TotalSeconds} seconds.",
        _ => $"Prickle cannot reach {place.Target.Endpoint}: {place.Masked((failure.InnerException ?? failure).Message)}",
    };

    AmazonS3Client Open(BackupPlace place) => new(new BasicAWSCredentials(place.Target.KeyId, place.Secret), new AmazonS3Config
    {
        ServiceURL = place.Target.Endpoint,
        AuthenticationRegion = place.Target.Region.Length > 0 ? place.Target.Region : "us-east-1",
        ForcePathStyle = true,
        MaxErrorRetry = 2,
        Timeout = Patience,
        HttpClientFactory = _connections,
        RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
        ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
    });

    /// <summary>As for the nodes of servers: private addresses only where the operator lists them.</summary>
    sealed class BucketConnections(OutboundConnections connections, string[] allowed) : HttpClientFactory
    {
        readonly OutboundConnections _listed = new(allowsPrivate: true);

        public override HttpClient CreateHttpClient(IClientConfig clientConfig) => new(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
            ConnectTimeout = TimeSpan.FromSeconds(5),
            ConnectCallback = async (context, cancellationToken) =>
            {
                var endpoint = context.DnsEndPoint;
                var isListed = allowed.Contains(endpoint.Host, StringComparer.OrdinalIgnoreCase) || allowed.Contains($"{endpoint.Host}:{endpoint.Port}", StringComparer.OrdinalIgnoreCase);
                return new NetworkStream(await (isListed ? _listed : connections).ConnectAsync(endpoint, cancellationToken), ownsSocket: true);
            },
        })
        {
            Timeout = Patience,
        };

        public override bool UseSDKHttpClientCaching(IClientConfig clientConfig) => false;

        public override bool DisposeHttpClientsAfterUse(IClientConfig clientConfig) => true;
    }
}
