import Livepatch
import Reconstruction
import ReferenceEngine

/// The lines of a module that prints its calls: those that belong to one call are put together.
extension ShadowPass {
    /// A line of a module that prints its calls.
    mutating func takeLine(_ observation: Observation, _ caller: inout ShadowCaller) {
        if caller.skipsNumbers(observation.event.shadow) {
            open(.silentLoss, observation, caller)
            forget(&caller)
        }
        switch observation.event.message {
        case .shadowFound, .shadowNotFound: return takeComparison(observation, &caller)
        default: missComparison(before: observation, &caller)
        }
        switch observation.event.message {
        case .shadowConstructor: caller.constructed.append(observation)
        case .shadowDestructor: caller.destroyed.append(observation)
        default: takeCall(observation, &caller)
        }
    }

    private mutating func takeCall(_ observation: Observation, _ caller: inout ShadowCaller) {
        guard let function = observation.event.message.shadowFunction else { return }
        let arguments = caller.qualified(observation.event.shadow)
        let since = caller.last?.index ?? -1
        let isAllocation = function == .alloc || function == .getOrAlloc
        let failure = failed.flatMap {
            isAllocation && $0.index > since && $0.event.shadow?.id == arguments.id ? $0 : nil
        }
        if failure != nil { failed = nil }
        let seen = SeenShadowCall(
            line: observation, arguments: arguments, function: function,
            constructed: caller.constructed.map { ($0, caller.qualified($0.event.shadow)) },
            destroyed: caller.destroyed.map { ($0, caller.qualified($0.event.shadow)) }, failed: failure,
            isWarned: (warned?.index ?? -1) > since)
        caller.constructed = []
        caller.destroyed = []
        caller.use.calls += 1
        judge(seen, &caller)
        caller.cut = nil
    }

    private mutating func takeComparison(_ observation: Observation, _ caller: inout ShadowCaller) {
        guard let (expectation, call, _) = caller.awaited else {
            let operation = Operation.shadow(ShadowCall(caller: caller.name, .get, id: 0))
            let fault = ShadowFault(rule: .variableIsFoundUntilFreed, subject: .unexpected, place: observation)
            return report(fault, because: caller.last, operation, &caller)
        }
        caller.awaited = nil
        let arguments = caller.qualified(observation.event.shadow)
        let isSame =
            expectation.event.message == observation.event.message
            && (expectation.event.shadow == nil || ShadowComparison.agree(expectation.event.shadow, arguments))
        guard isSame else {
            let fault = ShadowFault(rule: expectation.rule, subject: .insteadOf(expectation), place: observation)
            return report(fault, because: call, operation(of: call, caller), &caller)
        }
        learnContent(arguments, call, caller)
    }

    mutating func missComparison(before observation: Observation, _ caller: inout ShadowCaller) {
        guard let (expectation, call, isNeeded) = caller.awaited else { return }
        caller.awaited = nil
        guard isNeeded else { return }
        let fault = ShadowFault(rule: expectation.rule, subject: .missing([expectation]), place: observation)
        report(fault, because: call, operation(of: call, caller), &caller)
    }

    private mutating func learnContent(_ seen: ShadowArguments, _ call: Observation, _ caller: ShadowCaller) {
        let arguments = caller.qualified(call.event.shadow)
        guard let object = arguments.object, let id = arguments.id, let content = seen.content else { return }
        let key = ShadowVariables.Key(object: object, id: id)
        if knowledge[key]?.variable != nil { knowledge[key]?.variable?.content = content }
    }

    private func operation(of call: Observation, _ caller: ShadowCaller) -> Operation? {
        call.event.message.shadowFunction.map { .shadow(ShadowCall(caller: caller.name, $0, id: 0)) }
    }
}
