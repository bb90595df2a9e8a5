//! A `Deserializer` around another one: it looks at the members of objects before anybody else.

use std::cell::RefCell;
use std::fmt;

use serde::Deserializer;
use serde::de::value::StringDeserializer;
use serde::de::{
    DeserializeSeed, EnumAccess, Error, IntoDeserializer, MapAccess, SeqAccess, VariantAccess,
    Visitor,
};

/// How much two names may differ, from 0 to 1, for one to be taken for a slip of the other.
const LIKE: f64 = 0.6;

/// Where in the document the reader is. Left as it is when an error ends the reading.
#[derive(Default)]
pub struct Path(Vec<String>);

impl Path {
    /// The JSON pointer (RFC 6901).
    pub fn pointer(&self) -> String {
        self.0
            .iter()
            .map(|step| format!("/{}", step.replace('~', "~0").replace('/', "~1")))
            .collect()
    }
}

/// Something of serde's, watched.
pub struct Strict<'p, T> {
    inner: T,
    path: &'p RefCell<Path>,
}

impl<'p, T> Strict<'p, T> {
    pub fn new(inner: T, path: &'p RefCell<Path>) -> Self {
        Self { inner, path }
    }
}

/// The nearest of the names that are known.
fn nearest<'n>(name: &str, known: &[&'n str]) -> Option<&'n str> {
    let like = |known: &str| {
        strsim::normalized_damerau_levenshtein(&name.to_lowercase(), &known.to_lowercase())
    };
    known
        .iter()
        .map(|known| (like(known), *known))
        .filter(|(like, _)| *like >= LIKE)
        .max_by(|(one, _), (other, _)| one.total_cmp(other))
        .map(|(_, known)| known)
}

fn unknown<E: Error>(name: &str, known: &[&str]) -> E {
    let listed: Vec<String> = known.iter().map(|known| format!("`{known}`")).collect();
    E::custom(match (nearest(name, known), listed.as_slice()) {
        (Some(nearest), _) => format!("unknown member `{name}`: did you mean `{nearest}`?"),
        (None, []) => format!("unknown member `{name}`: the object has none"),
        (None, known) => format!("unknown member `{name}`: known are {}", known.join(", ")),
    })
}

macro_rules! forward {
    ($($method:ident)*) => {
        $(fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
            self.inner.$method(Watch { visitor, fields: None, path: self.path })
        })*
    };
}

impl<'de, D: Deserializer<'de>> Deserializer<'de> for Strict<'_, D> {
    type Error = D::Error;

    forward! {
        deserialize_any deserialize_bool deserialize_i8 deserialize_i16 deserialize_i32
        deserialize_i64 deserialize_i128 deserialize_u8 deserialize_u16 deserialize_u32
        deserialize_u64 deserialize_u128 deserialize_f32 deserialize_f64 deserialize_char
        deserialize_str deserialize_string deserialize_bytes deserialize_byte_buf
        deserialize_option deserialize_unit deserialize_seq deserialize_map
        deserialize_identifier deserialize_ignored_any
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, D::Error> {
        self.inner.deserialize_unit_struct(name, visitor)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, D::Error> {
        let visitor = Watch {
            visitor,
            fields: None,
            path: self.path,
        };
        self.inner.deserialize_newtype_struct(name, visitor)
    }

    fn deserialize_tuple<V: Visitor<'de>>(
        self,
        length: usize,
        visitor: V,
    ) -> Result<V::Value, D::Error> {
        let visitor = Watch {
            visitor,
            fields: None,
            path: self.path,
        };
        self.inner.deserialize_tuple(length, visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        length: usize,
        visitor: V,
    ) -> Result<V::Value, D::Error> {
        self.deserialize_tuple(length, visitor)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, D::Error> {
        // Asked for a map: a struct would take an array too.
        self.inner.deserialize_map(Watch {
            visitor,
            fields: Some(fields),
            path: self.path,
        })
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, D::Error> {
        let visitor = Watch {
            visitor,
            fields: None,
            path: self.path,
        };
        self.inner.deserialize_enum(name, variants, visitor)
    }
}

/// A visitor, and the fields of the struct it makes when it makes one.
struct Watch<'p, V> {
    visitor: V,
    fields: Option<&'static [&'static str]>,
    path: &'p RefCell<Path>,
}

macro_rules! visit {
    ($($method:ident: $type:ty)*) => {
        $(fn $method<E: Error>(self, value: $type) -> Result<V::Value, E> {
            self.visitor.$method(value)
        })*
    };
}

impl<'de, V: Visitor<'de>> Visitor<'de> for Watch<'_, V> {
    type Value = V::Value;

    fn expecting(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.fields {
            Some([]) => to.write_str("an object without members"),
            Some(fields) => write!(to, "an object with `{}`", fields.join("`, `")),
            None => self.visitor.expecting(to),
        }
    }

    visit! {
        visit_bool: bool visit_i8: i8 visit_i16: i16 visit_i32: i32 visit_i64: i64
        visit_i128: i128 visit_u8: u8 visit_u16: u16 visit_u32: u32 visit_u64: u64
        visit_u128: u128 visit_f32: f32 visit_f64: f64 visit_char: char visit_str: &str
        visit_borrowed_str: &'de str visit_string: String visit_bytes: &[u8]
        visit_borrowed_bytes: &'de [u8] visit_byte_buf: Vec<u8>
    }

    fn visit_none<E: Error>(self) -> Result<V::Value, E> {
        self.visitor.visit_none()
    }

    fn visit_unit<E: Error>(self) -> Result<V::Value, E> {
        self.visitor.visit_unit()
    }

    fn visit_some<D: Deserializer<'de>>(self, inner: D) -> Result<V::Value, D::Error> {
        self.visitor.visit_some(Strict::new(inner, self.path))
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, inner: D) -> Result<V::Value, D::Error> {
        self.visitor
            .visit_newtype_struct(Strict::new(inner, self.path))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, inner: A) -> Result<V::Value, A::Error> {
        self.visitor.visit_seq(Elements {
            inner,
            index: 0,
            path: self.path,
        })
    }

    fn visit_map<A: MapAccess<'de>>(self, inner: A) -> Result<V::Value, A::Error> {
        self.visitor.visit_map(Members {
            inner,
            fields: self.fields,
            seen: Vec::new(),
            path: self.path,
        })
    }

    fn visit_enum<A: EnumAccess<'de>>(self, inner: A) -> Result<V::Value, A::Error> {
        self.visitor.visit_enum(Strict::new(inner, self.path))
    }
}

struct Elements<'p, A> {
    inner: A,
    index: usize,
    path: &'p RefCell<Path>,
}

impl<'de, A: SeqAccess<'de>> SeqAccess<'de> for Elements<'_, A> {
    type Error = A::Error;

    fn next_element_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, A::Error> {
        self.path.borrow_mut().0.push(self.index.to_string());
        self.index += 1;
        let element = self.inner.next_element_seed(Strict::new(seed, self.path))?;
        self.path.borrow_mut().0.pop();
        Ok(element)
    }

    fn size_hint(&self) -> Option<usize> {
        self.inner.size_hint()
    }
}

struct Members<'p, A> {
    inner: A,
    fields: Option<&'static [&'static str]>,
    seen: Vec<String>,
    path: &'p RefCell<Path>,
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for Members<'_, A> {
    type Error = A::Error;

    fn next_key_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, A::Error> {
        let Some(name) = self.inner.next_key::<String>()? else {
            return Ok(None);
        };
        if let Some(fields) = self.fields
            && !fields.contains(&name.as_str())
        {
            return Err(unknown(&name, fields));
        }
        if self.seen.contains(&name) {
            return Err(A::Error::custom(format_args!(
                "the member `{name}` stands there twice"
            )));
        }
        self.seen.push(name.clone());
        let key: StringDeserializer<A::Error> = name.into_deserializer();
        seed.deserialize(key).map(Some)
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, A::Error> {
        let name = self.seen.last().cloned().unwrap_or_default();
        self.path.borrow_mut().0.push(name);
        let value = self.inner.next_value_seed(Strict::new(seed, self.path))?;
        self.path.borrow_mut().0.pop();
        Ok(value)
    }

    fn size_hint(&self) -> Option<usize> {
        self.inner.size_hint()
    }
}

impl<'de, S: DeserializeSeed<'de>> DeserializeSeed<'de> for Strict<'_, S> {
    type Value = S::Value;

    fn deserialize<D: Deserializer<'de>>(self, inner: D) -> Result<S::Value, D::Error> {
        self.inner.deserialize(Strict::new(inner, self.path))
    }
}

impl<'de, 'p, A: EnumAccess<'de>> EnumAccess<'de> for Strict<'p, A> {
    type Error = A::Error;
    type Variant = Strict<'p, A::Variant>;

    fn variant_seed<S: DeserializeSeed<'de>>(
        self,
        seed: S,
    ) -> Result<(S::Value, Self::Variant), A::Error> {
        let (variant, content) = self.inner.variant_seed(seed)?;
        Ok((variant, Strict::new(content, self.path)))
    }
}

impl<'de, A: VariantAccess<'de>> VariantAccess<'de> for Strict<'_, A> {
    type Error = A::Error;

    fn unit_variant(self) -> Result<(), A::Error> {
        self.inner.unit_variant()
    }

    fn newtype_variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<S::Value, A::Error> {
        self.inner
            .newtype_variant_seed(Strict::new(seed, self.path))
    }

    fn tuple_variant<V: Visitor<'de>>(
        self,
        length: usize,
        visitor: V,
    ) -> Result<V::Value, A::Error> {
        let path = self.path;
        self.inner.tuple_variant(
            length,
            Watch {
                visitor,
                fields: None,
                path,
            },
        )
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, A::Error> {
        let path = self.path;
        // As a newtype, whose content is asked for a map: a struct would take an array too.
        self.inner.newtype_variant_seed(StructSeed {
            fields,
            visitor,
            path,
        })
    }
}

struct StructSeed<'p, V> {
    fields: &'static [&'static str],
    visitor: V,
    path: &'p RefCell<Path>,
}

impl<'de, V: Visitor<'de>> DeserializeSeed<'de> for StructSeed<'_, V> {
    type Value = V::Value;

    fn deserialize<D: Deserializer<'de>>(self, inner: D) -> Result<V::Value, D::Error> {
        Strict::new(inner, self.path).deserialize_struct("", self.fields, self.visitor)
    }
}
