import Livepatch
import Reconstruction
import ReferenceEngine

/// One call as the log shows it: the line of the call, and the lines that were printed while it ran.
struct SeenShadowCall {
    let line: Observation
    /// What the line says, with qualified pointers.
    let arguments: ShadowArguments
    let function: ShadowCall.Function
    /// The constructor's and the destructor's lines, and what they say.
    var constructed: [(line: Observation, arguments: ShadowArguments)]
    var destroyed: [(line: Observation, arguments: ShadowArguments)]
    /// The kernel's own lines.
    var failed: Observation?
    var isWarned: Bool

    var key: ShadowVariables.Key {
        ShadowVariables.Key(object: arguments.object ?? ShadowArguments.null, id: arguments.id ?? 0)
    }
    var result: String { arguments.data ?? ShadowArguments.null }
    var hasResult: Bool { result != ShadowArguments.null }

    /// The operation that the engine shall perform.
    func call(by caller: String) -> ShadowCall {
        var call = ShadowCall(caller: caller, function, object: key.object, id: key.id)
        call.size = arguments.size ?? call.size
        call.flags = arguments.flags ?? call.flags
        call.constructorData = arguments.constructorData ?? ShadowArguments.null
        call.destructor = arguments.destructor ?? ShadowArguments.null
        call.newData = constructed.first?.arguments.data ?? (hasResult ? result : SeenShadowCall.unknown)
        if let constructor = arguments.constructor, constructor != ShadowArguments.null {
            call.constructor = failed.map { .fails(constructor, errno: $0.event.number ?? 0) } ?? .succeeds(constructor)
        }
        return call
    }

    /// Stands for a pointer that no line has told.
    static let unknown = "?"
}

/// A line that differs from what the engine says of the call.
struct ShadowFault {
    var rule: RuleID
    var subject: Finding.Subject
    var place: Observation
    /// Set if the log may just not show it.
    var excuse: Undecided.Reason?
}

/// A call held against the engine's prediction.
struct ShadowComparison {
    let seen: SeenShadowCall
    let prediction: Prediction
    /// Rules that a wrong result breaks, from what is known of the pair.
    let resultRule: RuleID
    /// True if the log would show a WARN.
    let showsWarnings: Bool

    private func expected(_ message: Livepatch.MessageID) -> [Expectation] {
        prediction.expectations.filter { $0.event.message == message }
    }

    /// The line by which the caller says what it found, if it prints one.
    var found: Expectation? {
        prediction.expectations.first { $0.event.message == .shadowFound || $0.event.message == .shadowNotFound }
    }

    /// The first difference; nil if there is none.
    var fault: ShadowFault? { strayLines ?? construction ?? destruction ?? warning ?? result }

    /// Lines of functions that this call never calls.
    private var strayLines: ShadowFault? {
        let creates = seen.function == .alloc || seen.function == .getOrAlloc
        let destroys = seen.function == .free || seen.function == .freeAll
        if !creates, let line = seen.constructed.first?.line {
            return ShadowFault(rule: .constructorRunsOnce, subject: .unexpected, place: line)
        }
        if !destroys, let line = seen.destroyed.first?.line {
            return ShadowFault(rule: .freeDestroysOnce, subject: .unexpected, place: line)
        }
        return nil
    }

    private var construction: ShadowFault? {
        let expectation = expected(.shadowConstructor).first
        guard let expectation else {
            guard let line = seen.constructed.first?.line else { return nil }
            let rule: RuleID = seen.function == .alloc ? .duplicateShadowVariable : .existingVariableIsReturned
            return ShadowFault(rule: rule, subject: .unexpected, place: line)
        }
        guard let first = seen.constructed.first else {
            return ShadowFault(rule: expectation.rule, subject: .missing([expectation]), place: seen.line)
        }
        if seen.constructed.count > 1 {
            return ShadowFault(rule: expectation.rule, subject: .unexpected, place: seen.constructed[1].line)
        }
        return Self.agree(expectation.event.shadow, first.arguments)
            ? nil : ShadowFault(rule: expectation.rule, subject: .insteadOf(expectation), place: first.line)
    }

    private var destruction: ShadowFault? {
        var missing = expected(.shadowDestructor)
        let rule: RuleID = seen.function == .freeAll ? .freeAllTakesOneID : .freeDestroysOnce
        var extra: [Observation] = []
        for (line, arguments) in seen.destroyed {
            if let place = missing.firstIndex(where: { Self.agree($0.event.shadow, arguments) }) {
                missing.remove(at: place)
            } else {
                extra.append(line)
            }
        }
        switch (missing.first, extra.first) {
        case (nil, nil): return nil
        case (let expectation?, let line?):
            return ShadowFault(rule: rule, subject: .insteadOf(expectation), place: line)
        case (nil, let line?): return ShadowFault(rule: rule, subject: .unexpected, place: line)
        case (_?, nil):
            let excuse: Undecided.Reason? = missing.count > 1 ? .silentLoss : nil
            return ShadowFault(rule: rule, subject: .missing(missing), place: seen.line, excuse: excuse)
        }
    }

    private var warning: ShadowFault? {
        guard let expectation = expected(.shadowDuplicate).first, !seen.isWarned, !seen.hasResult else { return nil }
        return ShadowFault(
            rule: expectation.rule, subject: .missing([expectation]), place: seen.line,
            excuse: showsWarnings ? nil : .silentLoss)
    }

    private var result: ShadowFault? {
        guard let expectation = expected(seen.line.event.message).first,
            !Self.agree(expectation.event.shadow, seen.arguments)
        else { return nil }
        return ShadowFault(rule: resultRule, subject: .insteadOf(expectation), place: seen.line)
    }

    /// True if both say the same, as far as both know. Data that nobody told may hold anything, also NULL.
    static func agree(_ expected: ShadowArguments?, _ seen: ShadowArguments) -> Bool {
        guard let expected else { return false }
        return expected.object == seen.object && agree(expected.data, seen.data)
            && (expected.content == seen.content || expected.content == SeenShadowCall.unknown)
    }

    private static func agree(_ expected: String?, _ seen: String?) -> Bool {
        expected == seen || (expected == SeenShadowCall.unknown && seen != ShadowArguments.null)
    }
}
