/// The shadow variables: klp_shadow_hash of kernel/livepatch/shadow.c.
///
/// A variable is known by the pair of object and id, and by nothing else: it belongs to no livepatch and no module, and
/// stays when these go. Pointers are symbols.
public struct ShadowVariables: Hashable, Sendable {
    /// What a variable is known by.
    public struct Key: Hashable, Sendable, Comparable {
        /// klp_shadow.obj.
        public var object: String
        /// klp_shadow.id.
        public var id: UInt64

        /// Puts a `Key` together from its parts.
        public init(object: String, id: UInt64) {
            self.object = object
            self.id = id
        }

        /// An order that is the same in every run; the kernel has none.
        public static func < (left: Key, right: Key) -> Bool {
            left.id != right.id ? left.id < right.id : left.object < right.object
        }
    }

    /// One struct klp_shadow.
    public struct Variable: Hashable, Sendable {
        /// Where its data are (klp_shadow.data).
        public var data: String
        /// What the constructor was handed, or what was copied.
        public var content: String

        /// Puts a `Variable` together from its parts.
        public init(data: String, content: String) {
            self.data = data
            self.content = content
        }
    }

    private var table: [Key: Variable] = [:]

    /// Without any variable.
    public init() {}

    /// The variable of the pair; nil if there is none. Setting nil removes it.
    public subscript(key: Key) -> Variable? {
        get { table[key] }
        set { table[key] = newValue }
    }

    /// The pairs that have a variable, in a fixed order.
    public var keys: [Key] { table.keys.sorted() }

    /// The pairs of the id that have a variable, in a fixed order.
    public func keys(of id: UInt64) -> [Key] { table.keys.filter { $0.id == id }.sorted() }

    /// How many there are.
    public var count: Int { table.count }
}
