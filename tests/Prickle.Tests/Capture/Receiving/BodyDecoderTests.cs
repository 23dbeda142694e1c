using System.IO.Compression;
using System.Text;
using Prickle.Capture.Receiving;

namespace Prickle.Tests.Capture.Receiving;

public sealed class BodyDecoderTests
{
    const string Json = """{"event":"a b+c","n":1}""";

    [Fact]
    public void A_gzip_body_of_several_members_is_read_whole_though_its_end_tells_the_length_of_the_last_alone()
    {
        var json = $$"""{"event":"{{new string('x', 300_000)}}"}""";
        Decode([.. Gzip(json), .. Gzip("")]).ShouldBe(json);
        Decode([.. Gzip(json[..^5]), .. Gzip(json[^5..])]).ShouldBe(json);
        Decode([.. Gzip(json[..5]), .. Gzip(json[5..])]).ShouldBe(json);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(-1)]
    [InlineData(int.MaxValue)]
    public void A_gzip_body_that_lies_about_its_length_is_broken(int claimed)
    {
        var packed = Gzip(Json);
        BitConverter.TryWriteBytes(packed.AsSpan(packed.Length - 4), claimed);
        BodyDecoder.Decode(Request(packed)).ShouldBeOfType<DecodeOutcome.Unreadable>();
    }

    [Fact]
    public void Plain_json_comes_through_uncopied_with_white_space_and_byte_order_mark_forgiven()
    {
        Decode(Utf8(Json)).ShouldBe(Json);
        Decode(Utf8("\uFEFF" + Json)).ShouldBe(Json);
        Decode(Utf8("\n\t " + Json)).ShouldBe("\n\t " + Json);
    }

    [Fact]
    public void Gzip_is_known_by_its_bytes_whatever_the_headers_say()
    {
        Decode(Gzip(Json), contentType: "text/plain").ShouldBe(Json);
        Decode(Gzip(Json), contentType: "application/json", encoding: "gzip").ShouldBe(Json);
        Decode(Gzip(Json), contentType: "application/x-www-form-urlencoded").ShouldBe(Json);
    }

    [Fact]
    public void A_proxy_that_unpacks_and_leaves_the_header_does_no_harm() =>
        Decode(Utf8(Json), encoding: "gzip").ShouldBe(Json);

    [Fact]
    public void Deflate_brotli_and_zstd_are_unpacked_by_their_header()
    {
        Decode(Pack(stream => new ZLibStream(stream, CompressionLevel.Fastest)), encoding: "deflate").ShouldBe(Json);
        Decode(Pack(stream => new BrotliStream(stream, CompressionLevel.Fastest)), encoding: "br").ShouldBe(Json);
        Decode(Pack(stream => new ZstdSharp.CompressionStream(stream)), encoding: "zstd").ShouldBe(Json);
    }

    [Fact]
    public void Base64_forms_are_read_with_and_without_their_plus_signs_encoded()
    {
        // The bytes fb ef ff give "++//": the alphabet's two awkward letters.
        var base64 = Convert.ToBase64String(Utf8("""{"a":"ûïÿ>>>???"}"""));
        base64.ShouldContain("+");
        Decode(Utf8("data=" + Uri.EscapeDataString(base64)), contentType: "application/x-www-form-urlencoded").ShouldBe("""{"a":"ûïÿ>>>???"}""");
        Decode(Utf8("data=" + base64), contentType: "application/x-www-form-urlencoded").ShouldBe("""{"a":"ûïÿ>>>???"}""");
        Decode(Utf8("compression=base64&data=" + base64.Replace('+', ' ')), contentType: "application/x-www-form-urlencoded").ShouldBe("""{"a":"ûïÿ>>>???"}""");
    }

    [Fact]
    public void A_form_may_hold_plain_json_or_packed_base64()
    {
        Decode(Utf8("data=" + Uri.EscapeDataString(Json)), contentType: "application/x-www-form-urlencoded").ShouldBe(Json);
        Decode(Utf8("data=" + Uri.EscapeDataString(Convert.ToBase64String(Gzip(Json)))), contentType: "application/x-www-form-urlencoded").ShouldBe(Json);
    }

    [Fact]
    public void The_oldest_browsers_form_is_read()
    {
        // Made with the reference implementation of that format: compressToBase64('{"event":"hi"}').
        var outcome = BodyDecoder.Decode(Request(Utf8("N4IgpgbmB2AuIC4QAsCWIC+Q"), compression: "lz64"));
        (outcome as DecodeOutcome.Decoded).ShouldNotBeNull();
        Encoding.UTF8.GetString(((DecodeOutcome.Decoded)outcome).Json.Span).ShouldBe("""{"event":"hi"}""");
    }

    [Fact]
    public void The_oldest_browsers_form_is_read_through_growing_codes_and_letters_beyond_a_byte()
    {
        // Made likewise, of a text long enough for codes of several lengths.
        const string packed = "N4IgpgbmB2AuIC4QB/C0cgAgBYEsu53niADQgAOATgPZlgWzZgDOioAhoiG9z73/wJIgARpzbDxkidKnoAjACYAzABYArADYA7AA4AnCAC+hoA==";
        const string text = """{"event":"ü中 hi hi hi hi hi","properties":{"a":"aaaaaaaaaaaaaaaaaaaaaaaaaaaa","b":"abababababababab 123456789"}}""";
        var outcome = BodyDecoder.Decode(Request(Utf8(packed), compression: "lz64")).ShouldBeOfType<DecodeOutcome.Decoded>();
        Encoding.UTF8.GetString(outcome.Json.Span).ShouldBe(text);
    }

    [Theory]
    [InlineData("")]
    [InlineData("event=1")]
    [InlineData("%%%")]
    [InlineData("data=%%%")]
    public void What_is_no_encoding_of_json_is_unreadable(string body) =>
        BodyDecoder.Decode(Request(Utf8(body))).ShouldBeOfType<DecodeOutcome.Unreadable>();

    [Fact]
    public void A_gzip_body_cut_anywhere_is_unreadable()
    {
        var whole = Gzip(Json);
        for (var length = 0; length < whole.Length; length++)
        {
            BodyDecoder.Decode(Request(whole[..length])).ShouldBeOfType<DecodeOutcome.Unreadable>($"{length} of {whole.Length} bytes");
        }
    }

    [Fact]
    public void A_small_body_that_unpacks_to_more_than_the_limit_is_too_large()
    {
        var bomb = Gzip(new string(' ', BodyDecoder.Limit + 1));
        bomb.Length.ShouldBeLessThan(BodyDecoder.Limit / 50);
        BodyDecoder.Decode(Request(bomb)).ShouldBe(new DecodeOutcome.TooLarge(BodyDecoder.Limit));
    }

    [Fact]
    public void An_unknown_content_encoding_is_named_in_the_refusal() =>
        BodyDecoder.Decode(Request(Utf8(Json), encoding: "sdch")).ShouldBeOfType<DecodeOutcome.Unreadable>().Why.ShouldContain("sdch");

    [Fact]
    public void Invalid_utf8_and_lone_surrogates_become_the_replacement_character()
    {
        Decode([.. Utf8("{\"a\":\""), 0xC3, 0x28, .. Utf8("\"}")]).ShouldBe("{\"a\":\"\uFFFD(\"}");
        Decode(Utf8("""{"a":"x\ud83dy"}""")).ShouldBe("""{"a":"x\ufffdy"}""");
        Decode(Utf8("""{"a":"\ude00"}""")).ShouldBe("""{"a":"\ufffd"}""");
        Decode(Utf8("""{"a":"\ud83d\ude00"}""")).ShouldBe("""{"a":"\ud83d\ude00"}""");
        // Here the backslash itself is escaped: these six characters are text.
        Decode(Utf8("""{"a":"\\ud83d"}""")).ShouldBe("""{"a":"\\ud83d"}""");
    }

    static string Decode(byte[] body, string contentType = "", string encoding = "") =>
        Encoding.UTF8.GetString(BodyDecoder.Decode(Request(body, contentType, encoding)).ShouldBeOfType<DecodeOutcome.Decoded>().Json.Span);

    static RawRequest Request(byte[] body, string contentType = "", string encoding = "", string compression = "") =>
        new(CaptureLane.Events, body, encoding, contentType, compression, null, "", "", DateTimeOffset.UnixEpoch);

    static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);

    static byte[] Gzip(string text)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
        {
            gzip.Write(Utf8(text));
        }

        return packed.ToArray();
    }

    static byte[] Pack(Func<Stream, Stream> packer)
    {
        using var packed = new MemoryStream();
        using (var stream = packer(packed))
        {
            stream.Write(Utf8(Json));
        }

        return packed.ToArray();
    }
}
