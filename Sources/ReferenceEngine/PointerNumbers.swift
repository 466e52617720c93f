import Livepatch

/// The numbers that test_klp_shadow_vars gives to pointers, so that its output is the same in every run: NULL is `PTR0`,
/// every other gets the next number when it is first mentioned. Within a line the arguments of printk are evaluated from
/// the last to the first, as compiled on x86-64 and s390.
public struct PointerNumbers: Hashable, Sendable {
    private var numbers: [String: Int] = [:]

    /// Without any pointer yet.
    public init() {}

    /// The name of the pointer; a new one gets the next number.
    public mutating func name(of pointer: String) -> String {
        if ShadowArguments.isNull(pointer) { return "PTR0" }
        let number = numbers[pointer] ?? numbers.count + 1
        numbers[pointer] = number
        return "PTR\(number)"
    }

    /// The event with numbers for pointers. What the kernel itself prints has hashed pointers and stays as it is.
    public mutating func numbered(_ event: Event) -> Event {
        guard event.message != .shadowDuplicate, event.message != .shadowConstructorFailed, var shadow = event.shadow
        else { return event }
        var event = event
        shadow.changePointers { name(of: $0) }
        event.shadow = shadow
        return event
    }
}
