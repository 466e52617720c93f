import Livepatch

/// States with callbacks by chance (states-2023, states-2025). Few ids, so that livepatches meet in them.
enum RandomStates {
    static func states(_ numbers: inout RandomNumbers) -> [StateDescription] {
        var result: [StateDescription] = []
        for id in numbers.shuffled([UInt(1), 2, 3]) where numbers.chance(55) { result.append(state(id, &numbers)) }
        return result
    }

    private static func state(_ id: UInt, _ numbers: inout RandomNumbers) -> StateDescription {
        let all = CallbackKind.allCases
        let callbacks: [CallbackKind] =
            switch numbers.position(in: [65, 10, 25]) {
            case 0: all
            case 1: []
            default: numbers.some(of: all, percent: 60)
            }
        var state = StateDescription(id: id, callbacks: Set(callbacks))
        if state.callbacks.contains(.prePatch), numbers.chance(7) {
            state.prePatchReturn = RandomManifest.error(&numbers)
        }
        state.blocksDisable = numbers.chance(8)
        state.isShadow = numbers.chance(45)
        if state.isShadow, state.callbacks.contains(.prePatch), numbers.chance(80) { state.allocates = "variable" }
        if state.isShadow, numbers.chance(70) { state.destructorLine = "state_\(id)_dtor: freeing its variable" }
        if numbers.chance(20) {
            for kind in numbers.some(of: callbacks, percent: 60) {
                state.prints[kind] = StateOutput("fix_console_loglevel: \(kind.rawValue) of \(id)")
            }
        }
        return state
    }
}
