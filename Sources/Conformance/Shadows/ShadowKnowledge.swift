import Livepatch
import Reconstruction
import ReferenceEngine

/// What the log tells of each pair of object and id. A pair without an entry may have a variable or not.
struct ShadowKnowledge {
    typealias Key = ShadowVariables.Key

    /// What the last line about a pair said.
    enum Cause {
        /// A call created the variable.
        case created
        /// A call found it.
        case found
        /// A call did not find any.
        case notFound
        /// klp_shadow_free took it away, or there was none.
        case freed
        /// klp_shadow_free_all took it away.
        case freedAll
        /// Its constructor failed.
        case notConstructed
    }

    struct Entry {
        /// The variable; nil if there is none.
        var variable: ShadowVariables.Variable?
        var cause: Cause
        /// The line that says so.
        var witness: Observation
        /// The module that created it within the log.
        var creator: String?
    }

    private(set) var entries: [Key: Entry] = [:]
    /// The pairs that have a variable, by id, and the pair that was last said to have these data.
    private var present: [UInt64: Set<Key>] = [:]
    private var owners: [String: Key] = [:]

    subscript(key: Key) -> Entry? {
        get { entries[key] }
        set {
            entries[key] = newValue
            if let variable = newValue?.variable {
                present[key.id, default: []].insert(key)
                owners[variable.data] = key
            } else {
                present[key.id]?.remove(key)
            }
        }
    }

    /// Forgets the pairs.
    mutating func forget(where isForgotten: (Key) -> Bool) {
        for key in entries.keys.filter(isForgotten) { self[key] = nil }
    }

    /// The pairs of the id that are known to have a variable, in a fixed order.
    func present(of id: UInt64, where belongs: (Key) -> Bool) -> [Key] {
        present[id, default: []].filter(belongs).sorted()
    }

    /// The number of pairs that are known to have a variable.
    func presentCount(where belongs: (Key) -> Bool) -> Int {
        present.values.reduce(0) { $0 + $1.count(where: belongs) }
    }

    /// Another pair whose variable has these data.
    func owner(of data: String, besides key: Key) -> Key? {
        guard let owner = owners[data], owner != key, entries[owner]?.variable?.data == data else { return nil }
        return owner
    }

    /// The variables that are known to be there.
    var variables: ShadowVariables {
        var result = ShadowVariables()
        for (key, entry) in entries { result[key] = entry.variable }
        return result
    }

    /// How many variables are there of those that each module created.
    var countByCreator: [String: Int] {
        var result: [String: Int] = [:]
        for entry in entries.values where entry.variable != nil { result[entry.creator ?? "", default: 0] += 1 }
        return result
    }
}

extension ShadowVariables.Variable {
    /// One of which no line told the data.
    static let unknown = ShadowVariables.Variable(data: SeenShadowCall.unknown, content: SeenShadowCall.unknown)
}
