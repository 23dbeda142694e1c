using System.Net.Http.Headers;
using System.Text;
using Prickle.EndToEnd.Product;

namespace Prickle.EndToEnd.Capture;

/// <summary>Bodies that were good once. The same ones each time: a failure can be repeated by its number.</summary>
public sealed class FuzzTests(SharedProduct shared)
{
    const int Bodies = 2000;
    const int Senders = 8;
    static readonly int[] Answers = [200, 400, 401, 413];
    static readonly string[] Types = ["application/json", "text/plain", "application/x-www-form-urlencoded", "application/octet-stream"];
    static readonly string[] Encodings = ["gzip", "deflate", "br", "zstd", "identity"];
    static readonly string[] Paths = ["/e/", "/batch", "/capture/", "/i/v0/e/", "/engage/", "/track/", "/i/v1/analytics/events", "/s/", "/flags/?v=2"];
    static readonly string[] Pieces =
        ["\0", "\"", "\\u0000", "\\ud800", "NaN", "1e999", "{", "[[[[", "}", "null", "-", "$set", "\uFEFF", "data=", "%", "🦔", "99999999999999999999"];

    [Fact]
    public async Task Mutated_bodies_never_break_anything()
    {
        var running = await shared.StartedAsync();
        var project = await running.Api.NewProjectAsync("fuzz");

        await Parallel.ForAsync(0, Bodies, new ParallelOptions { MaxDegreeOfParallelism = Senders }, async (number, _) =>
        {
            var (path, body) = Make(number, project.Token);
            using (body)
            using (var response = await running.Http.PostAsync(path, body, CancellationToken.None))
            {
                Answers.ShouldContain((int)response.StatusCode, $"body {number} to {path}. The product's log:\n{running.Process.Log}");
            }
        });

        // What was accepted of them went through the pipeline: it still moves.
        using var last = new StringContent(
            $$"""{"api_key":"{{project.Token}}","event":"last","distinct_id":"the last one"}""", Encoding.UTF8, "application/json");
        using var accepted = await running.Http.PostAsync("/e/", last);
        ((int)accepted.StatusCode).ShouldBe(200);
        await running.Store.WaitForEventsAsync(project.Id, 1, "event = 'last' AND distinct_id = 'the last one'", TimeSpan.FromSeconds(60));
        running.Process.HasExited.ShouldBeFalse();
    }

    static (string Path, ByteArrayContent Body) Make(int number, string token)
    {
        var random = new Random(number);
        var json = Mutate(random, Seed(random, token), random.Next(4));
        var packed = random.Next(5) switch
        {
            0 => Mutate(random, Packed.Gzip(json), random.Next(3)),
            1 => Mutate(random, Packed.Form(json), random.Next(3)),
            2 => Mutate(random, Packed.Brotli(json), random.Next(2)),
            _ => json,
        };
        var body = new ByteArrayContent(packed);
        body.Headers.ContentType = new MediaTypeHeaderValue(Types[random.Next(Types.Length)]);
        if (random.Next(4) == 0)
        {
            body.Headers.ContentEncoding.Add(Encodings[random.Next(Encodings.Length)]);
        }
        return (Paths[random.Next(Paths.Length)], body);
    }

    static byte[] Seed(Random random, string token)
    {
        var seed = random.Next(3) switch
        {
            0 => """
                {"api_key":"TOKEN","event":"$identify","distinct_id":"FIRST","$unset":["a"],
                 "properties":{"$anon_distinct_id":"SECOND","$set":{"a":[1,{"b":null}]}}}
                """,
            1 => """
                [{"event":"$autocapture","offset":12,"uuid":"01890a5d-ac96-774b-bcce-b302099a8057","properties":{"token":"TOKEN","distinct_id":"x",
                  "$elements":[{"tag_name":"a","attr__class":"b c","nth_child":1}],"$groups":{"company":"acme"}}}]
                """,
            _ => """
                {"token":"TOKEN","sent_at":"2026-11-20T10:11:13Z","batch":[
                  {"event":"a","distinct_id":"é","timestamp":"2026-11-20T10:11:12Z","properties":{"f":1.5e3,"g":"\u00e9","h":{"i.j":true}}},
                  {"event":"$groupidentify","distinct_id":"y","properties":{"$group_type":"company","$group_key":"acme","$group_set":{"k":2}}}]}
                """,
        };
        return Encoding.UTF8.GetBytes(seed
            .Replace("TOKEN", token, StringComparison.Ordinal)
            .Replace("FIRST", $"{random.Next(50)}", StringComparison.Ordinal)
            .Replace("SECOND", $"{random.Next(50)}", StringComparison.Ordinal));
    }

    static byte[] Mutate(Random random, byte[] body, int times)
    {
        var mutated = body.ToList();
        for (var i = 0; i < times && mutated.Count > 1; i++)
        {
            var at = random.Next(mutated.Count);
            var left = mutated.Count - at;
            switch (random.Next(5))
            {
                case 0:
                    mutated[at] = (byte)random.Next(256);
                    break;
                case 1:
                    mutated.RemoveRange(at, left);
                    break;
                case 2:
                    mutated.RemoveRange(at, Math.Min(random.Next(1, 20), left));
                    break;
                case 3:
                    mutated.InsertRange(at, mutated.GetRange(at, Math.Min(random.Next(1, 60), left)));
                    break;
                default:
                    mutated.InsertRange(at, Encoding.UTF8.GetBytes(Pieces[random.Next(Pieces.Length)]));
                    break;
            }
        }
        return [.. mutated];
    }
}
