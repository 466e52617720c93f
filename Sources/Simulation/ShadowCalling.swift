import Livepatch
import ReferenceEngine

/// Calls of the shadow variable API.
extension Turn {
    /// A module that is not there calls nothing.
    mutating func shadow(_ call: ShadowCall) throws(SimulationError) {
        guard isPresent(call.caller) else {
            throw error("'\(call.caller)' is not loaded here in \(machine.generation.rawValue), so it calls nothing")
        }
        perform(.shadow(call))
    }
}

extension Event {
    /// The event as the kernel itself prints its pointers. The scenario's words stand for what `%p` hashes; NULL is not hashed
    /// (vsprintf: `(null)` up to 5.1, zeros in recorded runs since 5.10).
    func withPrintedPointers(in generation: Generation) -> Event {
        guard let object = shadow?.object, ShadowArguments.isNull(object) else { return self }
        var event = self
        event.shadow?.object = generation >= .linux55 ? String(repeating: "0", count: 16) : "          (null)"
        return event
    }
}
