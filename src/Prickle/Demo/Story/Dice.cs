using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Prickle.Demo.Story;

/// <summary>Chance that comes out the same every time: a stream of its own for every subject, so that one cannot disturb another.</summary>
sealed class Dice
{
    readonly Random _random;

    Dice(int seed) => _random = new Random(seed);

    /// <summary>Dice for one subject, such as "visitor/12/day/3".</summary>
    public static Dice For(int seed, string subject) =>
        new(BinaryPrimitives.ReadInt32LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes($"{seed}/{subject}"))));

    /// <summary>From 0 up to, but not, 1.</summary>
    public double Share() => _random.NextDouble();

    public bool Chance(double probability) => _random.NextDouble() < probability;

    /// <summary>Both ends can come.</summary>
    public int Between(int least, int most) => _random.Next(least, most + 1);

    public TimeSpan Seconds(double least, double most) => TimeSpan.FromMilliseconds((long)(1000 * (least + ((most - least) * _random.NextDouble()))));

    /// <summary>How long something lasts that ends by chance: many short, few long.</summary>
    public double Lasting(double mean) => -mean * Math.Log(1 - _random.NextDouble());

    public T Pick<T>(IReadOnlyList<T> choices) => choices[_random.Next(choices.Count)];

    /// <summary>One of the choices, each as often as its weight says.</summary>
    public T Pick<T>(IReadOnlyList<T> choices, Func<T, double> weight)
    {
        var left = _random.NextDouble() * choices.Sum(weight);
        foreach (var choice in choices)
        {
            left -= weight(choice);
            if (left < 0)
            {
                return choice;
            }
        }

        return choices[^1];
    }

    public void Fill(Span<byte> bytes) => _random.NextBytes(bytes);
}
