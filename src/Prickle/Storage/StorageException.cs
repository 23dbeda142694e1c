namespace Prickle.Storage;

/// <summary>The store cannot be used; the message says to an operator what is wrong and what to do.</summary>
public sealed class StorageException(string message, Exception cause) : Exception(message, cause);
