/// A value that stands in memory once, however often it is copied: a trace has many records, and steps, events and witnesses hold
/// the same ones.
@propertyWrapper public struct Shared<Value: Hashable & Sendable>: Hashable, Sendable {
    private final class Storage: Sendable {
        let value: Value

        init(_ value: Value) { self.value = value }
    }

    private var storage: Storage

    /// The value; setting it leaves the copies as they are.
    public var wrappedValue: Value {
        get { storage.value }
        set { storage = Storage(newValue) }
    }

    /// The value as it stands in memory, to be shared with others.
    public var projectedValue: Self { self }

    /// Puts a value into memory.
    public init(wrappedValue: Value) { storage = Storage(wrappedValue) }

    /// Equal values are equal wherever they stand.
    public static func == (one: Self, other: Self) -> Bool {
        one.storage === other.storage || one.wrappedValue == other.wrappedValue
    }

    /// Hashes the value.
    public func hash(into hasher: inout Hasher) { hasher.combine(wrappedValue) }
}
