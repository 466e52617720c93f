import Livepatch
import ReferenceEngine
import Simulation

/// Writes states as short rows of numbers: the same row for the same state, another row for every other.
///
/// Names are numbered as they come; a scenario has fewer than 2^20 (`ManifestFile.sizeMaximum`). What has no order of its own is sorted.
struct StateKey {
    private(set) var words: [UInt32] = []
    private var names: [String: UInt32] = [:]

    /// Writes the state; `words` is its key then.
    mutating func write(_ machine: Machine, _ monitor: Monitor) {
        words.removeAll(keepingCapacity: true)
        write(machine.state)
        write(machine.livepatches)
        write(machine.pinned)
        writeSorted(machine.replaces) { key, entry in
            key.words.append(key.number(entry.key) << 1 | (entry.value ? 1 : 0))
        }
        writeSorted(machine.prePatchReturns) { key, entry in
            key.words.append(key.number(entry.key.patch))
            switch entry.key.owner {
            case .object(let object): key.write(UInt64(key.number(object)) << 1)
            case .state(let id): key.write(UInt64(id) << 1 | 1)
            }
            key.write(UInt64(bitPattern: Int64(entry.value)))
        }
        write(machine.sleepers)
        write(machine.occupied)
        words.append(machine.isFtraceOn ? 1 : 0)
        write(monitor)
    }

    private mutating func write(_ state: EngineState) {
        words.append(UInt32(state.patches.count))
        for patch in state.patches { write(patch) }
        if let running = state.transition {
            words.append(number(running.patch) + 1)
            words.append(
                Self.bits(
                    running.direction == .patching, running.isSignalled, running.isForced, running.hasDisabledStates))
        } else {
            words.append(0)
        }
        write(state.loadedModules)
        writeSorted(state.features) { key, entry in
            key.write(UInt64(entry.key))
            key.write(UInt64(entry.value.version))
            key.words.append(key.number(entry.value.patch))
        }
        writeSorted(state.shadowTypes.users) { key, entry in
            key.write(entry.key)
            key.write(UInt64(entry.value))
        }
        writeSorted(state.shadowTypes.registered) { key, type in
            key.words.append(key.number(type.patch))
            key.write(type.id)
        }
        let variables = state.shadowVariables
        words.append(UInt32(variables.count))
        guard variables.count > 0 else { return }
        for key in variables.keys {
            guard let variable = variables[key] else { continue }
            words.append(number(key.object))
            write(key.id)
            words.append(number(variable.data))
            words.append(number(variable.content))
        }
    }

    private mutating func write(_ patch: PatchState) {
        words.append(number(patch.name))
        writeSorted(patch.preparedStates) { key, id in key.write(UInt64(id)) }
        words.append(Self.bits(patch.isEnabled, patch.isPinned) | UInt32(patch.objects.count) << 2)
        for object in patch.objects {
            words.append(
                number(object.name) << 4
                    | Self.bits(object.isLoaded, object.isPatched, object.isPrepared, object.isDynamic))
        }
    }

    private mutating func write(_ monitor: Monitor) {
        for positions in monitor.callbacks { words.append(UInt32(positions)) }
        for positions in monitor.states { words.append(UInt32(positions)) }
        write(monitor.forcedSleepers)
    }

    private mutating func write(_ sleepers: Set<Sleeper>) {
        writeSorted(sleepers) { key, sleeper in
            key.words.append(key.number(sleeper.function.object))
            key.words.append(key.number(sleeper.function.name))
            switch sleeper.implementation {
            case .original: key.words.append(0)
            case .replacement(let patch): key.words.append(key.number(patch) + 1)
            }
        }
    }

    private mutating func write(_ names: Set<String>) {
        writeSorted(names) { key, name in key.words.append(key.number(name)) }
    }

    private mutating func write(_ number: UInt64) {
        for shift in [0, 32] { words.append(UInt32(truncatingIfNeeded: number >> shift)) }
    }

    /// Writes how many members there are, and the rows that stand for them, all of one length, sorted.
    private mutating func writeSorted<Members: Collection>(
        _ members: Members, _ write: (inout StateKey, Members.Element) -> Void
    ) {
        let count = members.count
        words.append(UInt32(count))
        guard count > 0 else { return }
        let start = words.count
        for member in members { write(&self, member) }
        guard count > 1 else { return }
        let width = (words.count - start) / count
        let rows = (0..<count).map { Array(words[start + $0 * width..<start + ($0 + 1) * width]) }
        words.replaceSubrange(start..., with: rows.sorted { $0.lexicographicallyPrecedes($1) }.joined())
    }

    /// The name's number; a new name gets the next one.
    private mutating func number(_ name: String) -> UInt32 {
        if let known = names[name] { return known }
        let next = UInt32(names.count)
        names[name] = next
        return next
    }

    private static func bits(_ a: Bool, _ b: Bool, _ c: Bool = false, _ d: Bool = false) -> UInt32 {
        (a ? 1 : 0) | (b ? 2 : 0) | (c ? 4 : 0) | (d ? 8 : 0)
    }
}
