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
    /// The call and what came of it, in words.
    var told: String

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
        told = seen.told
        if seen.function == .free {
            subject = Self.destructions(expected: predicted?.destructions, seen, rule)
        } else if let data = predicted?.data {
            subject = .insteadOf(Self.expectation("\(seen.title) = \(TracedShadowCall.spelled(data))", seen, rule))
        } else {
            subject = .unexpected
        }
    }

    /// The data are another variable's.
    init(sharing seen: TracedShadowCall) {
        rule = .variablesAreIndependent
        subject = .unexpected
        step = seen.cited
        told = seen.told
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
        told = seen.told
        call = seen.call(returning: TracedPointer(value: 0))
    }

    private static func destructions(expected: Int?, _ seen: TracedShadowCall, _ rule: RuleID) -> Finding.Subject {
        guard let expected, expected != seen.destroyed else { return .unexpected }
        return .insteadOf(expectation(seen.title(destroying: expected), seen, rule))
    }

    /// What had to be, in words of the trace.
    private static func expectation(_ text: String, _ seen: TracedShadowCall, _ rule: RuleID) -> Expectation {
        Expectation(
            event: Event(.tracedCall, name: seen.function.rawValue, text: text), level: 6, rule: rule)
    }
}

extension TracedShadowCall {
    /// `klp_shadow_get(obj=0xff5c2483403fbcd8, id=0x1234)`.
    var title: String {
        let id = "id=0x" + String(key.id, radix: 16)
        guard function != .freeAll else { return "\(function.rawValue)(\(id))" }
        return "\(function.rawValue)(obj=\(Self.spelled(key.object)), \(id))"
    }

    /// With what came of it.
    var told: String {
        switch function {
        case .free, .freeAll: title(destroying: destroyed)
        case .get, .alloc, .getOrAlloc: result.map { "\(title) = \(Self.spelled($0.text))" } ?? title
        }
    }

    /// With the number of variables that it destroys.
    func title(destroying count: Int) -> String {
        let times = count == 0 ? "never" : count == 1 ? "once" : "\(count) times"
        return "\(title), which enters klp_shadow_free_struct \(times)"
    }

    /// The pointer as traces have it.
    static func spelled(_ pointer: String) -> String { ShadowArguments.isNull(pointer) ? "0x0" : pointer }
}
