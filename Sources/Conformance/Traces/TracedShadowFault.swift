import Livepatch
import Reconstruction
import ReferenceEngine

/// A call that no order of the calls explains.
struct TracedShadowFault {
    var rule: RuleID
    var subject: Finding.Subject
    /// The step that is cited.
    var step: Int
    /// What was called.
    var call: ShadowCall

    /// - Parameters:
    ///   - call: the call's number.
    ///   - pair: what was known of its pair.
    init(of number: Int, _ pair: TracedShadowPair, _ pass: TracedShadowPass) {
        let seen = pass.calls[number]
        let courses = pair.courses.count == 1 ? pair.courses : []
        let predicted = courses.first.map { pass.predict(seen, on: $0.presence) }
        let isThere = predicted.map { _ in
            if case .present? = courses.first?.presence { true } else { false }
        }
        let wasSwept = pair.taken.map { pass.calls[$0].function == .freeAll } ?? false
        switch seen.function {
        case .get:
            rule = isThere == false && wasSwept ? .freeAllTakesOneID : .variableIsFoundUntilFreed
        case .alloc: rule = .duplicateShadowVariable
        case .getOrAlloc: rule = .existingVariableIsReturned
        case .free: rule = .freeDestroysOnce
        case .freeAll: rule = .freeAllTakesOneID
        }
        call = seen.call(returning: seen.result ?? TracedPointer(value: 0))
        step = seen.cited
        if seen.function == .free {
            subject = Self.destructions(expected: predicted?.destructions, seen, rule)
        } else if let data = predicted?.data {
            subject = .insteadOf(Self.expectation("\(seen.title) = \(Self.pointer(data))", seen, rule))
        } else {
            subject = .unexpected
        }
    }

    /// The data are another variable's.
    init(sharing seen: TracedShadowCall) {
        rule = .variablesAreIndependent
        subject = .unexpected
        step = seen.cited
        call = seen.call(returning: seen.result ?? TracedPointer(value: 0))
    }

    /// klp_shadow_free_all and the variables that were there; nil if all is well.
    init?(
        sweeping seen: TracedShadowCall, _ table: ShadowVariables, isComplete: Bool, _ pass: TracedShadowPass
    ) {
        let expected = pass.predict(seen, on: table).destructions
        let isTooFew = seen.destroyed < expected && pass.showsFrees
        guard isTooFew || isComplete && seen.destroyed > expected else { return nil }
        rule = .freeAllTakesOneID
        subject = Self.destructions(expected: expected, seen, rule)
        step = seen.start.step
        call = seen.call(returning: TracedPointer(value: 0))
    }

    private static func destructions(expected: Int?, _ seen: TracedShadowCall, _ rule: RuleID) -> Finding.Subject {
        guard let expected, expected != seen.destroyed else { return .unexpected }
        let times = { (count: Int) in
            count == 0 ? "never" : count == 1 ? "once" : "\(count) times"
        }
        return .insteadOf(
            expectation(
                "\(seen.title), which enters klp_shadow_free_struct \(times(expected)), not \(times(seen.destroyed))",
                seen, rule))
    }

    /// What had to be, in words of the trace.
    private static func expectation(_ text: String, _ seen: TracedShadowCall, _ rule: RuleID) -> Expectation {
        Expectation(
            event: Event(.tracedCall, name: seen.function.rawValue, text: text), level: 6, rule: rule)
    }

    private static func pointer(_ data: String) -> String { ShadowArguments.isNull(data) ? "0x0" : data }
}

extension TracedShadowCall {
    /// `klp_shadow_get(obj=0xff5c2483403fbcd8, id=0x1234)`.
    var title: String {
        let id = "id=0x" + String(key.id, radix: 16)
        guard function != .freeAll else { return "\(function.rawValue)(\(id))" }
        return "\(function.rawValue)(obj=\(ShadowArguments.isNull(key.object) ? "0x0" : key.object), \(id))"
    }
}
