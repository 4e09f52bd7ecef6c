//! What must be composited again after windows came, went, moved or changed their order.

use std::collections::HashMap;

use transom_protocol::geometry::PixelRect;

use super::layout::{Item, Placed};
use crate::region::Region;

/// The most rectangles that damage is kept as. Beyond it one rectangle around all is cheaper than
/// keeping them apart.
pub(super) const MAX_DAMAGE_RECTS: usize = 64;

/// The most windows whose change of order is looked at pair by pair.
const MAX_PAIRED: usize = 64;

/// Where the pictures of two layouts, both from back to front, can differ.
///
/// What came, went, moved or looks different: its places before and after. What changed places in
/// the order: where it covers what it changed with.
pub(super) fn difference(old: &[Placed], new: &[Placed]) -> Region {
    let (old, new) = without_common_ends(old, new);
    let mut was: HashMap<Item, (usize, &Placed)> = old
        .iter()
        .enumerate()
        .map(|(i, p)| (p.item, (i, p)))
        .collect();
    let mut damage = Region::new();
    let mut stayed = Vec::new();
    for placed in new {
        match was.remove(&placed.item) {
            Some((index, before)) if before == placed => stayed.push((index, placed.rect)),
            before => {
                damage.union(&placed.region());
                if let Some((_, before)) = before {
                    damage.union(&before.region());
                }
            }
        }
        damage.simplify(MAX_DAMAGE_RECTS);
    }
    let mut gone: Vec<_> = was.into_values().collect();
    gone.sort_unstable_by_key(|(index, _)| *index);
    for (_, placed) in gone {
        damage.union(&placed.region());
        damage.simplify(MAX_DAMAGE_RECTS);
    }
    add_exchanged(&stayed, &mut damage);
    damage
}

/// Adds where windows cover each other whose order has changed; `stayed` has their old positions
/// and places, in the new order.
fn add_exchanged(stayed: &[(usize, PixelRect)], damage: &mut Region) {
    if stayed.is_sorted_by_key(|(index, _)| *index) {
        return;
    }
    if stayed.len() > MAX_PAIRED {
        stayed.iter().for_each(|(_, rect)| damage.add(*rect));
        damage.simplify(MAX_DAMAGE_RECTS);
        return;
    }
    for (i, (index, rect)) in stayed.iter().enumerate() {
        for (_, below) in stayed[..i].iter().filter(|(before, _)| before > index) {
            damage.add(rect.intersect(*below));
        }
        damage.simplify(MAX_DAMAGE_RECTS);
    }
}

/// Both lists without what they begin and end with in common.
fn without_common_ends<'a>(old: &'a [Placed], new: &'a [Placed]) -> (&'a [Placed], &'a [Placed]) {
    let start = old.iter().zip(new).take_while(|(a, b)| a == b).count();
    let (old, new) = (&old[start..], &new[start..]);
    let both = old.iter().rev().zip(new.iter().rev());
    let end = both.take_while(|(a, b)| a == b).count();
    (&old[..old.len() - end], &new[..new.len() - end])
}

#[cfg(test)]
mod tests {
    use transom_protocol::ids::WindowId;

    use super::*;
    use crate::desktop::{ClientId, WindowKey};

    fn placed(id: u32, x: i32, width: u32) -> Placed {
        let key = WindowKey::new(ClientId(1), WindowId(id));
        Placed::content(key, PixelRect::new(x, 0, width, 10))
    }

    fn rects(old: &[&Placed], new: &[&Placed]) -> Vec<(i32, i32)> {
        let all = |list: &[&Placed]| list.iter().map(|p| (*p).clone()).collect::<Vec<_>>();
        let damage = difference(&all(old), &all(new));
        damage.rects().iter().map(|r| (r.x0, r.x1)).collect()
    }

    #[test]
    fn only_what_changed_is_damaged() {
        let (a, b, c) = (&placed(1, 0, 10), &placed(2, 5, 10), &placed(3, 30, 10));
        assert_eq!(rects(&[a, b, c], &[a, b, c]), []);
        assert_eq!(rects(&[a, c], &[a, b, c]), [(5, 15)], "came");
        assert_eq!(rects(&[a, b, c], &[a, c]), [(5, 15)], "went");
        let moved = &placed(3, 50, 10);
        assert_eq!(
            rects(&[a, b, c], &[a, b, moved]),
            [(30, 40), (50, 60)],
            "moved"
        );
        assert_eq!(rects(&[a, b, c], &[b, a, c]), [(5, 10)], "raised");
        assert_eq!(rects(&[c, a, b], &[a, b, c]), [], "raised, touching none");
        assert_eq!(rects(&[], &[a]), [(0, 10)]);
    }
}
