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

    subscript(key: Key) -> Entry? {
        get { entries[key] }
        set { entries[key] = newValue }
    }

    /// Forgets the pairs.
    mutating func forget(where isForgotten: (Key) -> Bool) {
        entries = entries.filter { !isForgotten($0.key) }
    }

    /// The pairs of the id that are known to have a variable, in a fixed order.
    func present(of id: UInt64, where belongs: (Key) -> Bool) -> [Key] {
        entries.filter { $0.key.id == id && $0.value.variable != nil && belongs($0.key) }.keys.sorted()
    }

    /// Another pair whose variable has these data.
    func owner(of data: String, besides key: Key) -> Key? {
        entries.filter { $0.key != key && $0.value.variable?.data == data }.keys.min()
    }

    /// The variables that are known to be there.
    var variables: ShadowVariables {
        var result = ShadowVariables()
        for (key, entry) in entries { result[key] = entry.variable }
        return result
    }
}
