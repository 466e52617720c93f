import Livepatch
import ReferenceEngine

/// What a call leaves of a pair, by the engine.
extension TracedShadowPass {
    typealias Presence = TracedShadowPair.Presence

    /// What the pair may be like after the call, if it was so before; none if the call cannot have found it so.
    func next(_ presence: Presence, _ call: Int) -> [Presence] {
        possible(presence).compactMap { effect(of: calls[call], on: $0) }
    }

    /// What the pair may be like instead, by calls that the trace does not show.
    func possible(_ presence: Presence) -> [Presence] {
        var result = [presence]
        if case .present = presence, !showsFrees { result.append(.absent) }
        if result.contains(.absent), !showsAllocations { result.append(.unknown) }
        return result
    }

    private func effect(of call: TracedShadowCall, on presence: Presence) -> Presence? {
        if isCreation(call), call.result == nil { return .unknown }
        guard presence != .unknown else { return effectOnUnknown(call) }
        let prediction = predict(call, on: presence)
        guard prediction.data == nil || prediction.data == call.result?.text else { return nil }
        if call.function == .free, let fault = destructions(of: call, expected: prediction.destructions), fault {
            return nil
        }
        guard let variable = prediction.variable else { return .absent }
        if case .present(let data) = presence, data.text == variable.data { return presence }
        return call.result.map { .present($0) } ?? .unknown
    }

    /// The first call of a pair tells what it is like.
    private func effectOnUnknown(_ call: TracedShadowCall) -> Presence? {
        switch call.function {
        case .free:
            if call.destroyed > 1 { return nil }
            return .absent
        case .freeAll: return .absent
        case .alloc where call.result?.isNull == true: return .unknown
        case .get, .alloc, .getOrAlloc:
            return call.result.map { $0.isNull ? .absent : .present($0) } ?? .unknown
        }
    }

    private func isCreation(_ call: TracedShadowCall) -> Bool {
        call.function == .alloc || call.function == .getOrAlloc
    }

    /// Whether klp_shadow_free entered klp_shadow_free_struct another number of times than it had to; nil if nothing tells.
    private func destructions(of call: TracedShadowCall, expected: Int) -> Bool? {
        guard showDestruction.contains(.free) || call.destroyed > 0 else { return nil }
        return call.destroyed != expected
    }

    /// What the engine says of a call: the variable afterwards, what it returns (nil if nothing), how many variables it destroys.
    struct Predicted {
        var variable: ShadowVariables.Variable?
        var data: String?
        var destructions: Int
    }

    func predict(_ call: TracedShadowCall, on presence: Presence) -> Predicted {
        var table = ShadowVariables()
        if case .present(let data) = presence {
            table[call.function == .freeAll ? Self.anyPair(call) : call.key] =
                ShadowVariables.Variable(data: data.text, content: "")
        }
        return predict(call, on: table)
    }

    func predict(_ call: TracedShadowCall, on table: ShadowVariables) -> Predicted {
        let made = call.call(returning: call.result ?? TracedPointer(value: 0))
        let prediction = engine.perform(.shadow(made), on: EngineState(shadowVariables: table))
        let line = prediction.expectations.last { Self.lines.contains($0.event.message) }
        // Memory may be short: an allocation that may succeed may fail as well.
        let isFailed = isCreation(call) && call.result?.isNull == true && table[call.key] == nil
        let variables = prediction.state.shadowVariables
        return Predicted(
            variable: isFailed ? nil : variables[call.key],
            data: isFailed ? ShadowArguments.null : line?.event.shadow?.data,
            destructions: max(0, table.count - variables.count))
    }

    private static func anyPair(_ call: TracedShadowCall) -> ShadowVariables.Key {
        ShadowVariables.Key(object: "object", id: call.key.id)
    }

    /// The lines by which the engine tells the result.
    private static let lines: Set<Livepatch.MessageID> = [
        .shadowGet, .shadowAlloc, .shadowGetOrAlloc, .shadowFree, .shadowFreeAll,
    ]
}
